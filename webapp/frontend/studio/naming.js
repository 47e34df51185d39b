import CommandInterceptor from "diagram-js/lib/command/CommandInterceptor";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { keyOf } from "./pages/propose-names.js";

const MADE_UP = /^(Activity|Event|Gateway|Flow|StartEvent|EndEvent|Participant|Lane|Process)_[0-9a-z]{7}$/;

/** Gives what is named an id in business words: “Assess complaint” becomes assess_complaint. Undone with the name. */
class Naming extends CommandInterceptor {
  constructor(eventBus, modeling, elementRegistry) {
    super(eventBus);
    this.elementRegistry = elementRegistry;
    this.postExecuted(["element.updateLabel"], ({ context }) => {
      const element = context.element.labelTarget || context.element;
      const object = getBusinessObject(element);
      if (!MADE_UP.test(object.id) || is(object, "bpmn:Process")) return;
      const id = this.free(keyOf(object.name || ""));
      if (id) modeling.updateProperties(element, { id });
    });
  }

  free(wanted) {
    if (!/^[a-z]/.test(wanted)) return "";
    let id = wanted;
    for (let number = 2; this.isTaken(id); number += 1) id = `${wanted}_${number}`;
    return id;
  }

  isTaken(id) {
    return Boolean(this.elementRegistry.find((element) => getBusinessObject(element)?.id === id));
  }
}

Naming.$inject = ["eventBus", "modeling", "elementRegistry"];

export const NamingModule = { __init__: ["casewrightNaming"], casewrightNaming: ["type", Naming] };
