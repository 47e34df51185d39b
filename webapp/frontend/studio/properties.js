import { NumberFieldEntry, SelectEntry, isSelectEntryEdited } from "@bpmn-io/properties-panel";
import { h } from "@bpmn-io/properties-panel/preact";
import { useService } from "bpmn-js-properties-panel";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { extensionOf, propertyOf, setExtension, setProperty } from "./extensions.js";

const BY_RULE = /^=\s*due\(\s*"([^"]+)"\s*,\s*([A-Za-z_][\w.]*)\s*\)$/;
const BY_DAYS = /^=\s*add working days\(\s*today\(\)\s*,\s*(\d+)\s*\)$/;
const TO_DO = ["bpmn:UserTask", "bpmn:ManualTask"];
const OWN = "(own expression)";

/** What an analyst chooses by name instead of typing an id: form, deadline, team, another person, reason for closing. */
class CasewrightProvider {
  constructor(propertiesPanel, choices) {
    this.choices = choices || {};
    propertiesPanel.registerProvider(300, this);
  }

  getGroups(element) {
    return (groups) => {
      const entries = this.entries(element);
      if (!entries.length) return groups;
      const kept = groups.filter((group) => group.id !== "form"); // its place is taken by ours
      const at = kept.findIndex((group) => group.id === "general") + 1;
      const own = { id: "casewright", label: "On the case", entries, shouldOpen: true };
      return [...kept.slice(0, at), own, ...kept.slice(at)];
    };
  }

  entries(element) {
    const { choices } = this;
    if (TO_DO.some((kind) => is(element, kind))) {
      const deadline = readDeadline(element);
      return [
        entry("form", FormEntry, choices),
        entry("deadline", DeadlineEntry, choices),
        ...(deadline.kind === "days" ? [entry("deadline-days", DaysEntry, choices, false)] : []),
        ...(deadline.kind === "rule" ? [entry("deadline-from", FromEntry, choices)] : []),
        entry("team", TeamEntry, choices),
        entry("other-person", OtherPersonEntry, choices),
        entry("reminders", RemindersEntry, choices),
      ];
    }
    if (is(element, "bpmn:StartEvent") && !getBusinessObject(element).eventDefinitions?.length && isOfProcess(element))
      return [entry("form", FormEntry, choices)];
    if (is(element, "bpmn:EndEvent") && isOfProcess(element)) return [entry("closure-reason", ReasonEntry, choices)];
    return [];
  }
}

CasewrightProvider.$inject = ["propertiesPanel", "config.choices"];

export const CasewrightPropertiesModule = {
  __init__: ["casewrightProvider"],
  casewrightProvider: ["type", CasewrightProvider],
};

function entry(id, component, choices, isSelect = true) {
  return { id: `casewright-${id}`, component, choices, ...(isSelect ? { isEdited: isSelectEntryEdited } : {}) };
}

function isOfProcess(element) {
  return is(getBusinessObject(element).$parent, "bpmn:Process");
}

function useServices() {
  return {
    modeling: useService("modeling"),
    bpmnFactory: useService("bpmnFactory"),
    debounce: useService("debounceInput"),
  };
}

function chooser({ element, id, label, description, value, options, set }) {
  return SelectEntry({
    element,
    id,
    label,
    description,
    getValue: () => value,
    setValue: set,
    getOptions: () => options,
  });
}

/** Offer the names that there are, what stands there even if it is none of them, and nothing at all. */
function offered(pairs, value, empty) {
  const known = pairs.some(([key]) => key === value);
  const odd = value && !known ? [[value, `${value} (not there)`]] : [];
  return [["", empty], ...odd, ...pairs].map(([key, text]) => ({ value: key, label: text }));
}

function FormEntry({ element, id, choices }) {
  const services = useServices();
  const value = extensionOf(element, "zeebe:FormDefinition")?.get("formId") || "";
  const options = offered(
    (choices.forms || []).map((form) => [form.id, form.title]),
    value,
    "No form",
  );
  const set = (formId) => setExtension(services, element, "zeebe:FormDefinition", { formId: formId || undefined });
  return chooser({ element, id, label: "Form", description: formLink(choices, value), value, options, set });
}

function formLink({ formUrl, forms = [] }, id) {
  if (!formUrl || !forms.some((form) => form.id === id)) return undefined;
  return h("a", { href: formUrl.replace("FORM", id), target: "_blank" }, "Open this form in a new tab");
}

function DeadlineEntry({ element, id, choices }) {
  const services = useServices();
  const { kind, rule } = readDeadline(element);
  const value = kind === "rule" ? `rule:${rule}` : kind;
  const rules = (choices.rules || []).map((name) => [`rule:${name}`, `By rule ${name}`]);
  const own = kind === "own" ? [["own", OWN]] : [];
  const options = offered([...own, ["days", "A number of working days"], ...rules], value, "None");
  const set = (chosen) => setDeadline(services, element, firstDeadline(chosen, choices));
  return chooser({ element, id, label: "Deadline", value, options, set });
}

function firstDeadline(chosen, choices) {
  if (chosen === "days") return "=add working days(today(), 5)";
  if (chosen?.startsWith("rule:")) return `=due("${chosen.slice(5)}", ${choices.dates?.[0]?.key || "case.opened_on"})`;
  return undefined;
}

function DaysEntry({ element, id }) {
  const services = useServices();
  const set = (days) => days > 0 && setDeadline(services, element, `=add working days(today(), ${Math.floor(days)})`);
  const getValue = () => readDeadline(element).days;
  return NumberFieldEntry({
    element,
    id,
    label: "Working days from when it begins",
    getValue,
    setValue: set,
    debounce: services.debounce,
    min: 1,
    max: 1000,
    step: 1,
  });
}

function FromEntry({ element, id, choices }) {
  const services = useServices();
  const { rule, from } = readDeadline(element);
  const dates = [
    ...(choices.dates || []).map((date) => [date.key, date.label || date.key]),
    ["case.opened_on", "The day the case was opened"],
  ];
  const set = (key) => setDeadline(services, element, `=due("${rule}", ${key || "case.opened_on"})`);
  return chooser({
    element,
    id,
    label: "Counts from",
    value: from,
    options: offered(dates, from, "Choose a date").slice(from ? 1 : 0),
    set,
  });
}

function TeamEntry({ element, id, choices }) {
  const services = useServices();
  const value = extensionOf(element, "zeebe:AssignmentDefinition")?.get("candidateGroups") || "";
  const options = offered(
    (choices.teams || []).map((team) => [team, team]),
    value,
    "The team of its lane",
  );
  const set = (team) =>
    setExtension(services, element, "zeebe:AssignmentDefinition", { candidateGroups: team || undefined });
  return chooser({ element, id, label: "Team", value, options, set });
}

function OtherPersonEntry({ element, id }) {
  const services = useServices();
  const registry = useService("elementRegistry");
  const value = propertyOf(element, "differentFrom");
  const others = registry.filter(
    (each) => each !== element && !each.labelTarget && TO_DO.some((kind) => is(each, kind)),
  );
  const pairs = others.map((each) => [each.id, getBusinessObject(each).name || each.id]);
  const set = (other) => setProperty(services, element, "differentFrom", other);
  return chooser({
    element,
    id,
    label: "Not by whoever did",
    value,
    options: offered(pairs, value, "Anybody of the team"),
    set,
  });
}

const REMINDERS = [
  ["all", "All, also what the diagram draws"],
  ["none", "None"],
];

function RemindersEntry({ element, id }) {
  const services = useServices();
  const value = propertyOf(element, "reminders");
  const options = offered(REMINDERS, value, "What the diagram does not draw");
  const set = (chosen) => setProperty(services, element, "reminders", chosen);
  return chooser({ element, id, label: "Reminders of the category", value, options, set });
}

function ReasonEntry({ element, id, choices }) {
  const services = useServices();
  const value = propertyOf(element, "closureReason");
  const options = offered(
    (choices.closure_reasons || []).map((reason) => [reason, reason]),
    value,
    "None in particular",
  );
  return chooser({
    element,
    id,
    label: "Closes the case as",
    value,
    options,
    set: (reason) => setProperty(services, element, "closureReason", reason),
  });
}

function readDeadline(element) {
  const text = extensionOf(element, "zeebe:TaskSchedule")?.get("dueDate") || "";
  const [, rule, from] = BY_RULE.exec(text) || [];
  const [, days] = BY_DAYS.exec(text) || [];
  return { kind: rule ? "rule" : days ? "days" : text ? "own" : "", rule, from, days: Number(days) };
}

function setDeadline(services, element, dueDate) {
  setExtension(services, element, "zeebe:TaskSchedule", { dueDate });
}
