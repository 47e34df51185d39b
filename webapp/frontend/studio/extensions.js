import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";

/** Return the zeebe extension of a type on an element, or nothing. */
export function extensionOf(element, type) {
  return (getBusinessObject(element).get("extensionElements")?.get("values") || []).find((each) =>
    each.$instanceOf(type),
  );
}

/** Set attributes of a zeebe extension, made when it is missing and taken away when nothing of it is left. */
export function setExtension({ modeling, bpmnFactory }, element, type, attributes) {
  const object = getBusinessObject(element);
  const found = extensionOf(element, type);
  if (found) {
    const isLeft = Object.entries({ ...plain(found), ...attributes }).some(([, value]) => value !== undefined);
    if (isLeft) return modeling.updateModdleProperties(element, found, attributes);
    return setValues(modeling, element, object, (values) => values.filter((each) => each !== found));
  }
  if (Object.values(attributes).every((value) => value === undefined)) return undefined;
  ensureHolder({ modeling, bpmnFactory }, element, object);
  const made = bpmnFactory.create(type, attributes);
  made.$parent = object.get("extensionElements");
  return setValues(modeling, element, object, (values) => [...values, made]);
}

/** Return the value of a free property (zeebe:property) of an element. */
export function propertyOf(element, name) {
  return (
    extensionOf(element, "zeebe:Properties")
      ?.get("properties")
      ?.find((each) => each.name === name)?.value || ""
  );
}

/** Set a free property, or take it away with an empty value. */
export function setProperty({ modeling, bpmnFactory }, element, name, value) {
  const object = getBusinessObject(element);
  let holder = extensionOf(element, "zeebe:Properties");
  if (!holder) {
    if (!value) return;
    ensureHolder({ modeling, bpmnFactory }, element, object);
    holder = bpmnFactory.create("zeebe:Properties", { properties: [] });
    holder.$parent = object.get("extensionElements");
    setValues(modeling, element, object, (values) => [...values, holder]);
  }
  const others = (holder.get("properties") || []).filter((each) => each.name !== name);
  const made = value ? [bpmnFactory.create("zeebe:Property", { name, value })] : [];
  for (const property of made) property.$parent = holder;
  modeling.updateModdleProperties(element, holder, { properties: [...others, ...made] });
}

function ensureHolder({ modeling, bpmnFactory }, element, object) {
  if (object.get("extensionElements")) return;
  const extensionElements = bpmnFactory.create("bpmn:ExtensionElements", { values: [] });
  extensionElements.$parent = object;
  modeling.updateModdleProperties(element, object, { extensionElements });
}

function setValues(modeling, element, object, change) {
  const holder = object.get("extensionElements");
  return modeling.updateModdleProperties(element, holder, { values: change(holder.get("values")) });
}

function plain(moddleElement) {
  return Object.fromEntries(
    moddleElement.$descriptor.properties
      .map(({ name }) => [name, moddleElement.get(name)])
      .filter(([, value]) => typeof value === "string"),
  );
}
