import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from "bpmn-js-properties-panel";
import {
  CloudElementTemplatesPropertiesProviderModule,
} from "bpmn-js-element-templates";
import ElementTemplateChooserModule from "@bpmn-io/element-template-chooser";
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from "bpmn-js-create-append-anything";
import BpmnlintModule from "bpmn-js-bpmnlint";
import MinimapModule from "diagram-js-minimap";
import TokenSimulationModule from "bpmn-js-token-simulation";
import ZeebeBehaviorsModule from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { bpmnlintConfig } from "./lint.js";

/** What the modeller can do, beyond drawing. */
export const modules = [
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
  CloudElementTemplatesPropertiesProviderModule,
  ElementTemplateChooserModule,
  CreateAppendAnythingModule,
  CreateAppendElementTemplatesModule,
  BpmnlintModule,
  MinimapModule,
  TokenSimulationModule,
  ZeebeBehaviorsModule,
];

export const moddleExtensions = { zeebe };

export const linting = { bpmnlint: bpmnlintConfig, active: true };
