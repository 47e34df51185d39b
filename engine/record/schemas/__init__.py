"""What may be written of each kind of entity: one marshmallow schema for pages, REST, imports and service tasks."""
