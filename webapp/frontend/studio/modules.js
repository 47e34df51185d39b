import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
} from "bpmn-js-properties-panel";
import { CloudElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import ElementTemplateChooserModule from "@bpmn-io/element-template-chooser";
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from "bpmn-js-create-append-anything";
import MinimapModule from "diagram-js-minimap";
import TokenSimulationModule from "bpmn-js-token-simulation";
import ZeebeBehaviorsModule from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { NamingModule } from "./naming.js";
import { CasewrightPropertiesModule } from "./properties.js";
import { UserTasksModule } from "./user-tasks.js";

/** What the modeller can do, beyond drawing. Faults come from the server's check after each saving, and from nowhere else. */
export const modules = [
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  ZeebePropertiesProviderModule,
  CloudElementTemplatesPropertiesProviderModule,
  ElementTemplateChooserModule,
  CreateAppendAnythingModule,
  CreateAppendElementTemplatesModule,
  MinimapModule,
  TokenSimulationModule,
  ZeebeBehaviorsModule,
  NamingModule,
  CasewrightPropertiesModule,
  UserTasksModule,
];

export const moddleExtensions = { zeebe };
