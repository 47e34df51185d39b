/** A task that is drawn is a user task: what people do is what an analyst draws most. Others are chosen by the wrench. */
class UserTasks {
  constructor(elementFactory) {
    const create = elementFactory.create.bind(elementFactory);
    elementFactory.create = (kind, attributes = {}) => {
      const isNew = attributes.type === "bpmn:Task" && !attributes.businessObject;
      return create(kind, isNew ? { ...attributes, type: "bpmn:UserTask" } : attributes);
    };
  }
}

UserTasks.$inject = ["elementFactory"];

export const UserTasksModule = { __init__: ["casewrightUserTasks"], casewrightUserTasks: ["type", UserTasks] };
