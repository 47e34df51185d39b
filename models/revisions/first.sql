CREATE TABLE case_snapshot (
  case_id {big} NOT NULL,
  state {bytes} NOT NULL,
  CONSTRAINT pk_case_snapshot PRIMARY KEY (case_id)
);
CREATE TABLE case_section (
  case_id {big} NOT NULL,
  "key" VARCHAR(80) NOT NULL,
  fields {json} NOT NULL,
  CONSTRAINT pk_case_section PRIMARY KEY (case_id, "key")
);
CREATE TABLE category (
  id {serial} NOT NULL,
  "key" VARCHAR(80) NOT NULL,
  name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL,
  reference_prefix VARCHAR(80) NOT NULL,
  last_number INTEGER NOT NULL,
  current_version_id INTEGER,
  retired_at {instant},
  CONSTRAINT pk_category PRIMARY KEY (id),
  CONSTRAINT uq_category_key UNIQUE ("key")
);
CREATE TABLE closed_days (
  id {serial} NOT NULL,
  name VARCHAR(200) NOT NULL,
  first_on DATE NOT NULL,
  last_on DATE NOT NULL,
  reason TEXT NOT NULL,
  added_at {instant} NOT NULL,
  added_by_name VARCHAR(200) NOT NULL,
  ended_at {instant},
  ended_by_name VARCHAR(200),
  end_reason TEXT NOT NULL,
  CONSTRAINT pk_closed_days PRIMARY KEY (id)
);
CREATE TABLE bank_holiday (
  id {serial} NOT NULL,
  nation VARCHAR(80) NOT NULL,
  on_day DATE NOT NULL,
  name VARCHAR(200) NOT NULL,
  reason TEXT NOT NULL,
  added_at {instant} NOT NULL,
  added_by_name VARCHAR(200) NOT NULL,
  ended_at {instant},
  ended_by_name VARCHAR(200),
  end_reason TEXT NOT NULL,
  CONSTRAINT pk_bank_holiday PRIMARY KEY (id)
);
CREATE TABLE filter_use (
  user_id {big} NOT NULL,
  filter_id {big} NOT NULL,
  is_pinned BOOLEAN NOT NULL,
  is_default BOOLEAN NOT NULL,
  CONSTRAINT pk_filter_use PRIMARY KEY (user_id, filter_id)
);
CREATE TABLE person (
  id {serial} NOT NULL,
  reference VARCHAR(80) NOT NULL,
  title VARCHAR(40) NOT NULL,
  first_name VARCHAR(200) NOT NULL,
  middle_name VARCHAR(200) NOT NULL,
  surname VARCHAR(200) NOT NULL,
  preferred_name VARCHAR(200) NOT NULL,
  date_of_birth DATE,
  date_of_death DATE,
  language VARCHAR(80) NOT NULL,
  communication_needs TEXT NOT NULL,
  revision INTEGER NOT NULL,
  CONSTRAINT pk_person PRIMARY KEY (id),
  CONSTRAINT uq_person_reference UNIQUE (reference)
);
CREATE INDEX ix_person_surname ON person (surname);
CREATE TABLE organisation (
  id {serial} NOT NULL,
  kind VARCHAR(80) NOT NULL,
  name VARCHAR(200) NOT NULL,
  address_lines {json} NOT NULL,
  postcode VARCHAR(80) NOT NULL,
  phone VARCHAR(80) NOT NULL,
  email VARCHAR(200) NOT NULL,
  website VARCHAR(200) NOT NULL,
  registered_number VARCHAR(80) NOT NULL,
  complaints_email VARCHAR(200) NOT NULL,
  CONSTRAINT pk_organisation PRIMARY KEY (id)
);
CREATE TABLE asset (
  id {serial} NOT NULL,
  reference VARCHAR(80) NOT NULL,
  asset_type VARCHAR(80) NOT NULL,
  parent_id {big},
  uprn VARCHAR(80) NOT NULL,
  address_lines {json} NOT NULL,
  postcode VARCHAR(80) NOT NULL,
  one_line TEXT NOT NULL,
  patch VARCHAR(80) NOT NULL,
  bedrooms INTEGER,
  characteristics {json} NOT NULL,
  revision INTEGER NOT NULL,
  CONSTRAINT pk_asset PRIMARY KEY (id),
  CONSTRAINT uq_asset_reference UNIQUE (reference),
  CONSTRAINT fk_asset_parent_id_asset FOREIGN KEY(parent_id) REFERENCES asset (id)
);
CREATE INDEX ix_asset_parent_id ON asset (parent_id);
CREATE INDEX ix_asset_uprn ON asset (uprn);
CREATE INDEX ix_asset_postcode ON asset (postcode);
CREATE TABLE user_account (
  id {serial} NOT NULL,
  email VARCHAR(200) NOT NULL,
  name VARCHAR(200) NOT NULL,
  job_title VARCHAR(200) NOT NULL,
  phone VARCHAR(80) NOT NULL,
  password_hash TEXT NOT NULL,
  roles {json} NOT NULL,
  is_active BOOLEAN NOT NULL,
  created_at {instant} NOT NULL,
  CONSTRAINT pk_user_account PRIMARY KEY (id),
  CONSTRAINT uq_user_account_email UNIQUE (email)
);
CREATE TABLE team (
  id {serial} NOT NULL,
  "key" VARCHAR(80) NOT NULL,
  name VARCHAR(200) NOT NULL,
  CONSTRAINT pk_team PRIMARY KEY (id),
  CONSTRAINT uq_team_key UNIQUE ("key"),
  CONSTRAINT uq_team_name UNIQUE (name)
);
CREATE TABLE sign_in_guess (
  id {serial} NOT NULL,
  account VARCHAR(64) NOT NULL,
  origin VARCHAR(64) NOT NULL,
  at {instant} NOT NULL,
  CONSTRAINT pk_sign_in_guess PRIMARY KEY (id)
);
CREATE INDEX ix_sign_in_guess_account ON sign_in_guess (account);
CREATE INDEX ix_sign_in_guess_at ON sign_in_guess (at);
CREATE INDEX ix_sign_in_guess_origin ON sign_in_guess (origin);
CREATE TABLE setting (
  "key" VARCHAR(80) NOT NULL,
  value {json} NOT NULL,
  CONSTRAINT pk_setting PRIMARY KEY ("key")
);
CREATE TABLE category_version (
  id {serial} NOT NULL,
  category_id {big} NOT NULL,
  number INTEGER NOT NULL,
  content_hash VARCHAR(64) NOT NULL,
  deployed_at {instant} NOT NULL,
  deployed_by_id {big},
  note TEXT NOT NULL,
  CONSTRAINT pk_category_version PRIMARY KEY (id),
  CONSTRAINT uq_category_version_category_id UNIQUE (category_id, number),
  CONSTRAINT fk_category_version_category_id_category FOREIGN KEY(category_id) REFERENCES category (id),
  CONSTRAINT fk_category_version_deployed_by_id_user_account FOREIGN KEY(deployed_by_id) REFERENCES user_account (id)
);
CREATE TABLE draft (
  id {serial} NOT NULL,
  category_key VARCHAR(80) NOT NULL,
  base_version_id INTEGER,
  rules_edition INTEGER NOT NULL,
  started_at {instant} NOT NULL,
  started_by_id {big} NOT NULL,
  CONSTRAINT pk_draft PRIMARY KEY (id),
  CONSTRAINT uq_draft_category_key UNIQUE (category_key),
  CONSTRAINT fk_draft_started_by_id_user_account FOREIGN KEY(started_by_id) REFERENCES user_account (id)
);
CREATE TABLE draft_file (
  id {serial} NOT NULL,
  category_key VARCHAR(80) NOT NULL,
  path VARCHAR(200) NOT NULL,
  content {bytes} NOT NULL,
  revision INTEGER NOT NULL,
  changed_by_id {big} NOT NULL,
  changed_at {instant} NOT NULL,
  CONSTRAINT pk_draft_file PRIMARY KEY (id),
  CONSTRAINT uq_draft_file_category_key UNIQUE (category_key, path),
  CONSTRAINT fk_draft_file_changed_by_id_user_account FOREIGN KEY(changed_by_id) REFERENCES user_account (id)
);
CREATE TABLE law_change (
  revision {serial} NOT NULL,
  mark VARCHAR(40) NOT NULL,
  kind VARCHAR(80) NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  at {instant} NOT NULL,
  by_id {big},
  by_name VARCHAR(200) NOT NULL,
  state {json} NOT NULL,
  CONSTRAINT pk_law_change PRIMARY KEY (revision),
  CONSTRAINT uq_law_change_mark UNIQUE (mark),
  CONSTRAINT fk_law_change_by_id_user_account FOREIGN KEY(by_id) REFERENCES user_account (id)
);
CREATE TABLE rule_edition (
  id {serial} NOT NULL,
  source VARCHAR(80) NOT NULL,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  origin VARCHAR(80) NOT NULL,
  reason TEXT NOT NULL,
  published_at {instant} NOT NULL,
  published_by_id {big},
  published_by_name VARCHAR(200) NOT NULL,
  CONSTRAINT pk_rule_edition PRIMARY KEY (id),
  CONSTRAINT uq_rule_edition_source UNIQUE (source, number),
  CONSTRAINT fk_rule_edition_published_by_id_user_account FOREIGN KEY(published_by_id) REFERENCES user_account (id)
);
CREATE TABLE saved_filter (
  id {serial} NOT NULL,
  owner_id {big} NOT NULL,
  team_id {big},
  kind VARCHAR(80) NOT NULL,
  name VARCHAR(200) NOT NULL,
  words {json} NOT NULL,
  created_at {instant} NOT NULL,
  CONSTRAINT pk_saved_filter PRIMARY KEY (id),
  CONSTRAINT uq_saved_filter_owner_id UNIQUE (owner_id, kind, name),
  CONSTRAINT fk_saved_filter_owner_id_user_account FOREIGN KEY(owner_id) REFERENCES user_account (id),
  CONSTRAINT fk_saved_filter_team_id_team FOREIGN KEY(team_id) REFERENCES team (id)
);
CREATE INDEX ix_saved_filter_team_id ON saved_filter (team_id);
CREATE TABLE bulk_change (
  id {serial} NOT NULL,
  "key" VARCHAR(80),
  user_id {big} NOT NULL,
  at {instant} NOT NULL,
  verb VARCHAR(80) NOT NULL,
  told TEXT NOT NULL,
  done {json} NOT NULL,
  refused {json} NOT NULL,
  finished_at {instant},
  undone_at {instant},
  CONSTRAINT pk_bulk_change PRIMARY KEY (id),
  CONSTRAINT uq_bulk_change_key UNIQUE ("key"),
  CONSTRAINT fk_bulk_change_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE INDEX ix_bulk_change_user_id ON bulk_change (user_id);
CREATE TABLE calendar_feed (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  token_digest VARCHAR(64) NOT NULL,
  created_at {instant} NOT NULL,
  revoked_at {instant},
  CONSTRAINT pk_calendar_feed PRIMARY KEY (id),
  CONSTRAINT fk_calendar_feed_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT uq_calendar_feed_token_digest UNIQUE (token_digest)
);
CREATE INDEX ix_calendar_feed_user_id ON calendar_feed (user_id);
CREATE TABLE contact_detail (
  id {serial} NOT NULL,
  person_id {big} NOT NULL,
  contact_type VARCHAR(80) NOT NULL,
  sub_type VARCHAR(80) NOT NULL,
  value TEXT NOT NULL,
  is_preferred BOOLEAN NOT NULL,
  is_safe BOOLEAN NOT NULL,
  valid_until DATE,
  CONSTRAINT pk_contact_detail PRIMARY KEY (id),
  CONSTRAINT fk_contact_detail_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_contact_detail_person_id ON contact_detail (person_id);
CREATE TABLE alert (
  id {serial} NOT NULL,
  person_id {big},
  asset_id {big},
  code VARCHAR(80) NOT NULL,
  text TEXT NOT NULL,
  review_on DATE,
  ended_on DATE,
  CONSTRAINT pk_alert PRIMARY KEY (id),
  CONSTRAINT fk_alert_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_alert_asset_id_asset FOREIGN KEY(asset_id) REFERENCES asset (id)
);
CREATE INDEX ix_alert_asset_id ON alert (asset_id);
CREATE INDEX ix_alert_person_id ON alert (person_id);
CREATE TABLE tenure (
  id {serial} NOT NULL,
  reference VARCHAR(80) NOT NULL,
  tenure_type VARCHAR(80) NOT NULL,
  tenure_type_name VARCHAR(200) NOT NULL,
  asset_id {big} NOT NULL,
  started_on DATE NOT NULL,
  ended_on DATE,
  revision INTEGER NOT NULL,
  CONSTRAINT pk_tenure PRIMARY KEY (id),
  CONSTRAINT uq_tenure_reference UNIQUE (reference),
  CONSTRAINT fk_tenure_asset_id_asset FOREIGN KEY(asset_id) REFERENCES asset (id)
);
CREATE INDEX ix_tenure_asset_id ON tenure (asset_id);
CREATE TABLE membership (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  team_id {big} NOT NULL,
  is_manager BOOLEAN NOT NULL,
  CONSTRAINT pk_membership PRIMARY KEY (id),
  CONSTRAINT uq_membership_user_id UNIQUE (user_id, team_id),
  CONSTRAINT fk_membership_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT fk_membership_team_id_team FOREIGN KEY(team_id) REFERENCES team (id)
);
CREATE INDEX ix_membership_team_id ON membership (team_id);
CREATE TABLE absence (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,
  stand_in_id {big},
  note TEXT NOT NULL,
  entered_by_id {big},
  entered_at {instant} NOT NULL,
  ended_at {instant},
  CONSTRAINT pk_absence PRIMARY KEY (id),
  CONSTRAINT fk_absence_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT fk_absence_stand_in_id_user_account FOREIGN KEY(stand_in_id) REFERENCES user_account (id),
  CONSTRAINT fk_absence_entered_by_id_user_account FOREIGN KEY(entered_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_absence_user_id ON absence (user_id);
CREATE INDEX ix_absence_until_on ON absence (until_on);
CREATE INDEX ix_absence_stand_in_id ON absence (stand_in_id);
CREATE TABLE session (
  id {serial} NOT NULL,
  token_digest VARCHAR(64) NOT NULL,
  user_id {big} NOT NULL,
  created_at {instant} NOT NULL,
  seen_at {instant} NOT NULL,
  CONSTRAINT pk_session PRIMARY KEY (id),
  CONSTRAINT uq_session_token_digest UNIQUE (token_digest),
  CONSTRAINT fk_session_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE INDEX ix_session_user_id ON session (user_id);
CREATE TABLE api_token (
  id {serial} NOT NULL,
  token_digest VARCHAR(64) NOT NULL,
  user_id {big} NOT NULL,
  name VARCHAR(200) NOT NULL,
  created_at {instant} NOT NULL,
  revoked_at {instant},
  CONSTRAINT pk_api_token PRIMARY KEY (id),
  CONSTRAINT uq_api_token_token_digest UNIQUE (token_digest),
  CONSTRAINT fk_api_token_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE INDEX ix_api_token_user_id ON api_token (user_id);
CREATE TABLE notification_preference (
  user_id {big} NOT NULL,
  reminder VARCHAR(80) NOT NULL,
  warning VARCHAR(80) NOT NULL,
  escalation VARCHAR(80) NOT NULL,
  team VARCHAR(80) NOT NULL,
  digest_hour INTEGER NOT NULL,
  quiet_from INTEGER,
  quiet_to INTEGER,
  at_weekends BOOLEAN NOT NULL,
  digest_at {instant},
  CONSTRAINT pk_notification_preference PRIMARY KEY (user_id),
  CONSTRAINT fk_notification_preference_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE INDEX ix_notification_preference_digest_at ON notification_preference (digest_at);
CREATE TABLE digest (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  day_on DATE NOT NULL,
  made_at {instant} NOT NULL,
  outbox_key VARCHAR(200),
  CONSTRAINT pk_digest PRIMARY KEY (id),
  CONSTRAINT uq_digest_user_id UNIQUE (user_id, day_on),
  CONSTRAINT fk_digest_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE TABLE administrative_action (
  id {serial} NOT NULL,
  at {instant} NOT NULL,
  user_id {big},
  action VARCHAR(200) NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_administrative_action PRIMARY KEY (id),
  CONSTRAINT fk_administrative_action_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE TABLE read_log (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  entity_type VARCHAR(80) NOT NULL,
  entity_id {big} NOT NULL,
  at {instant} NOT NULL,
  CONSTRAINT pk_read_log PRIMARY KEY (id),
  CONSTRAINT fk_read_log_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE INDEX ix_read_log_user_id ON read_log (user_id);
CREATE TABLE idempotent_answer (
  id {serial} NOT NULL,
  user_id {big} NOT NULL,
  "key" VARCHAR(120) NOT NULL,
  request_digest VARCHAR(64) NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at {instant} NOT NULL,
  CONSTRAINT pk_idempotent_answer PRIMARY KEY (id),
  CONSTRAINT uq_idempotent_answer_user_id UNIQUE (user_id, "key"),
  CONSTRAINT fk_idempotent_answer_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id)
);
CREATE TABLE cases (
  id {serial} NOT NULL,
  reference VARCHAR(80) NOT NULL,
  category_id {big} NOT NULL,
  version_id {big} NOT NULL,
  title VARCHAR(200) NOT NULL,
  status VARCHAR(80) NOT NULL,
  stage VARCHAR(200) NOT NULL,
  outcome VARCHAR(200) NOT NULL,
  owner_id {big},
  parent_id {big},
  parent_token_id VARCHAR(32),
  parent_element_id VARCHAR(200),
  merged_into_id {big},
  restricted BOOLEAN NOT NULL,
  opened_at {instant} NOT NULL,
  opened_by_id {big},
  closed_at {instant},
  start_key VARCHAR(120),
  revision INTEGER NOT NULL,
  step_id VARCHAR(32) NOT NULL,
  event_count INTEGER NOT NULL,
  event_mac VARCHAR(64) NOT NULL,
  open_incidents INTEGER NOT NULL,
  CONSTRAINT pk_cases PRIMARY KEY (id),
  CONSTRAINT uq_cases_reference UNIQUE (reference),
  CONSTRAINT fk_cases_category_id_category FOREIGN KEY(category_id) REFERENCES category (id),
  CONSTRAINT fk_cases_version_id_category_version FOREIGN KEY(version_id) REFERENCES category_version (id),
  CONSTRAINT fk_cases_owner_id_user_account FOREIGN KEY(owner_id) REFERENCES user_account (id),
  CONSTRAINT fk_cases_parent_id_cases FOREIGN KEY(parent_id) REFERENCES cases (id),
  CONSTRAINT fk_cases_merged_into_id_cases FOREIGN KEY(merged_into_id) REFERENCES cases (id),
  CONSTRAINT fk_cases_opened_by_id_user_account FOREIGN KEY(opened_by_id) REFERENCES user_account (id),
  CONSTRAINT uq_cases_start_key UNIQUE (start_key)
);
CREATE INDEX ix_cases_category_id ON cases (category_id);
CREATE INDEX ix_cases_parent_id ON cases (parent_id);
CREATE INDEX ix_cases_status_stage ON cases (status, stage);
CREATE INDEX ix_cases_merged_into_id ON cases (merged_into_id);
CREATE INDEX ix_cases_status_category_id ON cases (status, category_id);
CREATE INDEX ix_cases_restricted ON cases (restricted);
CREATE INDEX ix_cases_version_id ON cases (version_id);
CREATE INDEX ix_cases_owner_id ON cases (owner_id);
CREATE TABLE start_trigger (
  id {serial} NOT NULL,
  category_id {big} NOT NULL,
  version_id {big} NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  kind VARCHAR(80) NOT NULL,
  name VARCHAR(200) NOT NULL,
  due_at {instant},
  rounds INTEGER,
  CONSTRAINT pk_start_trigger PRIMARY KEY (id),
  CONSTRAINT uq_start_trigger_version_id UNIQUE (version_id, element_id, name),
  CONSTRAINT fk_start_trigger_category_id_category FOREIGN KEY(category_id) REFERENCES category (id),
  CONSTRAINT fk_start_trigger_version_id_category_version FOREIGN KEY(version_id) REFERENCES category_version (id)
);
CREATE INDEX ix_start_trigger_category_id ON start_trigger (category_id);
CREATE INDEX ix_start_trigger_name ON start_trigger (kind, name);
CREATE INDEX ix_start_trigger_due_at ON start_trigger (due_at);
CREATE TABLE definition_file (
  id {serial} NOT NULL,
  version_id {big} NOT NULL,
  path VARCHAR(200) NOT NULL,
  content {bytes} NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  CONSTRAINT pk_definition_file PRIMARY KEY (id),
  CONSTRAINT uq_definition_file_version_id UNIQUE (version_id, path),
  CONSTRAINT fk_definition_file_version_id_category_version FOREIGN KEY(version_id) REFERENCES category_version (id)
);
CREATE TABLE migration (
  id {serial} NOT NULL,
  category_id {big} NOT NULL,
  from_versions {json} NOT NULL,
  to_version_id {big} NOT NULL,
  mapping {json} NOT NULL,
  reason TEXT NOT NULL,
  asked_at {instant} NOT NULL,
  asked_by_id {big},
  asked_by_name VARCHAR(200) NOT NULL,
  CONSTRAINT pk_migration PRIMARY KEY (id),
  CONSTRAINT fk_migration_category_id_category FOREIGN KEY(category_id) REFERENCES category (id),
  CONSTRAINT fk_migration_to_version_id_category_version FOREIGN KEY(to_version_id) REFERENCES category_version (id),
  CONSTRAINT fk_migration_asked_by_id_user_account FOREIGN KEY(asked_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_migration_category_id ON migration (category_id);
CREATE TABLE tenure_member (
  id {serial} NOT NULL,
  tenure_id {big} NOT NULL,
  person_id {big} NOT NULL,
  is_responsible BOOLEAN NOT NULL,
  role VARCHAR(80) NOT NULL,
  from_on DATE,
  until_on DATE,
  CONSTRAINT pk_tenure_member PRIMARY KEY (id),
  CONSTRAINT fk_tenure_member_tenure_id_tenure FOREIGN KEY(tenure_id) REFERENCES tenure (id),
  CONSTRAINT fk_tenure_member_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_tenure_member_tenure_id ON tenure_member (tenure_id);
CREATE INDEX ix_tenure_member_person_id ON tenure_member (person_id);
CREATE TABLE rent_account (
  id {serial} NOT NULL,
  reference VARCHAR(80) NOT NULL,
  tenure_id {big} NOT NULL,
  weekly_rent NUMERIC(12, 2) NOT NULL,
  service_charge NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_rent_account PRIMARY KEY (id),
  CONSTRAINT uq_rent_account_reference UNIQUE (reference),
  CONSTRAINT fk_rent_account_tenure_id_tenure FOREIGN KEY(tenure_id) REFERENCES tenure (id)
);
CREATE INDEX ix_rent_account_tenure_id ON rent_account (tenure_id);
CREATE TABLE case_link (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  entity_type VARCHAR(80) NOT NULL,
  entity_id {big} NOT NULL,
  role VARCHAR(80) NOT NULL,
  from_on DATE,
  until_on DATE,
  CONSTRAINT pk_case_link PRIMARY KEY (id),
  CONSTRAINT uq_case_link_case_id UNIQUE (case_id, entity_type, entity_id, role),
  CONSTRAINT fk_case_link_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_case_link_entity ON case_link (entity_type, entity_id);
CREATE TABLE case_relation (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  other_id {big} NOT NULL,
  role VARCHAR(80) NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE,
  linked_by_id {big},
  linked_at {instant} NOT NULL,
  detached_by_id {big},
  CONSTRAINT pk_case_relation PRIMARY KEY (id),
  CONSTRAINT fk_case_relation_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_case_relation_other_id_cases FOREIGN KEY(other_id) REFERENCES cases (id),
  CONSTRAINT fk_case_relation_linked_by_id_user_account FOREIGN KEY(linked_by_id) REFERENCES user_account (id),
  CONSTRAINT fk_case_relation_detached_by_id_user_account FOREIGN KEY(detached_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_case_relation_case_id ON case_relation (case_id);
CREATE INDEX ix_case_relation_other_id ON case_relation (other_id);
CREATE TABLE case_event (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  sequence INTEGER NOT NULL,
  at {instant} NOT NULL,
  type VARCHAR(80) NOT NULL,
  actor_id {big},
  actor_name VARCHAR(200) NOT NULL,
  payload TEXT,
  salt VARCHAR(32),
  digest VARCHAR(64) NOT NULL,
  key_id VARCHAR(16) NOT NULL,
  mac VARCHAR(64) NOT NULL,
  CONSTRAINT pk_case_event PRIMARY KEY (id),
  CONSTRAINT uq_case_event_case_id UNIQUE (case_id, sequence),
  CONSTRAINT fk_case_event_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE TABLE note (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  text TEXT NOT NULL,
  written_by_id {big} NOT NULL,
  written_at {instant} NOT NULL,
  CONSTRAINT pk_note PRIMARY KEY (id),
  CONSTRAINT fk_note_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_note_written_by_id_user_account FOREIGN KEY(written_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_note_case_id ON note (case_id);
CREATE TABLE document (
  id {serial} NOT NULL,
  case_id {big},
  title VARCHAR(200) NOT NULL,
  kind VARCHAR(80) NOT NULL,
  source VARCHAR(80) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  job_key VARCHAR(200),
  created_at {instant} NOT NULL,
  created_by_id {big},
  version INTEGER NOT NULL,
  CONSTRAINT pk_document PRIMARY KEY (id),
  CONSTRAINT fk_document_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT uq_document_job_key UNIQUE (job_key),
  CONSTRAINT fk_document_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_document_case_id ON document (case_id);
CREATE TABLE migrated_case (
  id {serial} NOT NULL,
  migration_id {big} NOT NULL,
  case_id {big} NOT NULL,
  from_version INTEGER NOT NULL,
  outcome VARCHAR(80) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  element_name VARCHAR(200) NOT NULL,
  reason TEXT NOT NULL,
  remedy TEXT NOT NULL,
  settled_at {instant},
  CONSTRAINT pk_migrated_case PRIMARY KEY (id),
  CONSTRAINT uq_migrated_case_migration_id UNIQUE (migration_id, case_id),
  CONSTRAINT fk_migrated_case_migration_id_migration FOREIGN KEY(migration_id) REFERENCES migration (id),
  CONSTRAINT fk_migrated_case_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_migrated_case_case_id ON migrated_case (case_id);
CREATE TABLE rent_transaction (
  id {serial} NOT NULL,
  account_id {big} NOT NULL,
  posted_on DATE NOT NULL,
  kind VARCHAR(80) NOT NULL,
  amount NUMERIC(12, 2) NOT NULL,
  description TEXT NOT NULL,
  CONSTRAINT pk_rent_transaction PRIMARY KEY (id),
  CONSTRAINT fk_rent_transaction_account_id_rent_account FOREIGN KEY(account_id) REFERENCES rent_account (id)
);
CREATE INDEX ix_rent_transaction_account_id ON rent_transaction (account_id);
CREATE TABLE user_task (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  token_id VARCHAR(32),
  name VARCHAR(200) NOT NULL,
  instructions TEXT NOT NULL,
  form_id VARCHAR(200),
  status VARCHAR(80) NOT NULL,
  assignee_id {big},
  team_id {big},
  on_behalf_of_id {big},
  candidates {json} NOT NULL,
  priority INTEGER NOT NULL,
  item {json} NOT NULL,
  created_at {instant} NOT NULL,
  amber_at {instant},
  due_at {instant},
  follow_up_at {instant},
  remind_at {instant},
  claimed_at {instant},
  completed_at {instant},
  completed_by_id {big},
  late_reason TEXT,
  completion_key VARCHAR(80),
  draft {json},
  revision INTEGER NOT NULL,
  CONSTRAINT pk_user_task PRIMARY KEY (id),
  CONSTRAINT fk_user_task_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_user_task_assignee_id_user_account FOREIGN KEY(assignee_id) REFERENCES user_account (id),
  CONSTRAINT fk_user_task_team_id_team FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT fk_user_task_on_behalf_of_id_user_account FOREIGN KEY(on_behalf_of_id) REFERENCES user_account (id),
  CONSTRAINT fk_user_task_completed_by_id_user_account FOREIGN KEY(completed_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_user_task_assignee ON user_task (status, assignee_id, due_at);
CREATE INDEX ix_user_task_remind_at ON user_task (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX ix_user_task_team ON user_task (status, team_id, due_at);
CREATE INDEX ix_user_task_case_id ON user_task (case_id);
CREATE INDEX ix_user_task_urgency ON user_task (status, coalesce(due_at, {never}), id);
CREATE INDEX ix_user_task_completed ON user_task (status, completed_at);
CREATE TABLE choice (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  many BOOLEAN NOT NULL,
  ways {json} NOT NULL,
  CONSTRAINT pk_choice PRIMARY KEY (id),
  CONSTRAINT fk_choice_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT uq_choice_token_id UNIQUE (token_id)
);
CREATE TABLE clock (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  rule_id VARCHAR(200) NOT NULL,
  counted_from VARCHAR(40) NOT NULL,
  source TEXT NOT NULL,
  due_at {instant},
  amber_at {instant},
  state VARCHAR(80) NOT NULL,
  met_at {instant},
  extensions {json} NOT NULL,
  stops {json} NOT NULL,
  resets {json} NOT NULL,
  started_by_id {big},
  explanation {json} NOT NULL,
  law_revision INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  CONSTRAINT pk_clock PRIMARY KEY (id),
  CONSTRAINT fk_clock_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_clock_started_by_id_user_account FOREIGN KEY(started_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_clock_state_due_at ON clock (state, due_at);
CREATE INDEX ix_clock_state_law_revision ON clock (state, law_revision);
CREATE INDEX ix_clock_case_id ON clock (case_id);
CREATE TABLE timer (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  due_at {instant} NOT NULL,
  CONSTRAINT pk_timer PRIMARY KEY (id),
  CONSTRAINT fk_timer_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_timer_case_id ON timer (case_id);
CREATE INDEX ix_timer_due_at ON timer (due_at);
CREATE TABLE message_subscription (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  name VARCHAR(200) NOT NULL,
  correlation_key VARCHAR(200) NOT NULL,
  CONSTRAINT pk_message_subscription PRIMARY KEY (id),
  CONSTRAINT fk_message_subscription_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_message_subscription_case_id ON message_subscription (case_id);
CREATE INDEX ix_message_subscription_name ON message_subscription (name, correlation_key);
CREATE TABLE signal_subscription (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  name VARCHAR(200) NOT NULL,
  CONSTRAINT pk_signal_subscription PRIMARY KEY (id),
  CONSTRAINT fk_signal_subscription_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_signal_subscription_name ON signal_subscription (name, case_id);
CREATE INDEX ix_signal_subscription_case_id ON signal_subscription (case_id);
CREATE TABLE message (
  id {serial} NOT NULL,
  name VARCHAR(200) NOT NULL,
  correlation_key VARCHAR(200) NOT NULL,
  variables {json} NOT NULL,
  message_key VARCHAR(120),
  received_at {instant} NOT NULL,
  expires_at {instant} NOT NULL,
  taken_by_case_id {big},
  CONSTRAINT pk_message PRIMARY KEY (id),
  CONSTRAINT uq_message_message_key UNIQUE (message_key),
  CONSTRAINT fk_message_taken_by_case_id_cases FOREIGN KEY(taken_by_case_id) REFERENCES cases (id)
);
CREATE INDEX ix_message_taken_by_case_id ON message (taken_by_case_id);
CREATE INDEX ix_message_name ON message (name, correlation_key);
CREATE TABLE incident (
  id {serial} NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  element_name VARCHAR(200) NOT NULL,
  message TEXT NOT NULL,
  remedy TEXT NOT NULL,
  created_at {instant} NOT NULL,
  attempts INTEGER NOT NULL,
  resolved_at {instant},
  resolved_by_id {big},
  CONSTRAINT pk_incident PRIMARY KEY (id),
  CONSTRAINT fk_incident_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_incident_resolved_by_id_user_account FOREIGN KEY(resolved_by_id) REFERENCES user_account (id)
);
CREATE INDEX ix_incident_case_id ON incident (case_id);
CREATE TABLE job (
  id {serial} NOT NULL,
  "key" VARCHAR(200) NOT NULL,
  kind VARCHAR(80) NOT NULL,
  case_id {big} NOT NULL,
  token_id VARCHAR(32) NOT NULL,
  element_id VARCHAR(200) NOT NULL,
  payload {json} NOT NULL,
  status VARCHAR(80) NOT NULL,
  run_at {instant} NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  request_id VARCHAR(64) NOT NULL,
  CONSTRAINT pk_job PRIMARY KEY (id),
  CONSTRAINT uq_job_key UNIQUE ("key"),
  CONSTRAINT fk_job_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_job_case_id ON job (case_id);
CREATE INDEX ix_job_status_run_at ON job (status, run_at);
CREATE TABLE setback (
  id {serial} NOT NULL,
  "key" VARCHAR(200) NOT NULL,
  kind VARCHAR(80) NOT NULL,
  case_id {big},
  payload {json} NOT NULL,
  status VARCHAR(80) NOT NULL,
  next_at {instant} NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  CONSTRAINT pk_setback PRIMARY KEY (id),
  CONSTRAINT uq_setback_key UNIQUE ("key"),
  CONSTRAINT fk_setback_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_setback_case_id ON setback (case_id);
CREATE TABLE outbox (
  id {serial} NOT NULL,
  "key" VARCHAR(200) NOT NULL,
  channel VARCHAR(80) NOT NULL,
  case_id {big},
  payload {json} NOT NULL,
  status VARCHAR(80) NOT NULL,
  attempts INTEGER NOT NULL,
  next_at {instant} NOT NULL,
  sent_at {instant},
  error TEXT NOT NULL,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_key UNIQUE ("key"),
  CONSTRAINT fk_outbox_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_outbox_case_id ON outbox (case_id);
CREATE INDEX ix_outbox_status_next_at ON outbox (status, next_at);
CREATE TABLE notification (
  id {serial} NOT NULL,
  "key" VARCHAR(200) NOT NULL,
  user_id {big} NOT NULL,
  case_id {big} NOT NULL,
  user_task_id {big},
  kind VARCHAR(80) NOT NULL,
  text TEXT NOT NULL,
  created_at {instant} NOT NULL,
  read_at {instant},
  mail_at {instant},
  outbox_key VARCHAR(200),
  CONSTRAINT pk_notification PRIMARY KEY (id),
  CONSTRAINT uq_notification_key UNIQUE ("key"),
  CONSTRAINT fk_notification_user_id_user_account FOREIGN KEY(user_id) REFERENCES user_account (id),
  CONSTRAINT fk_notification_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_notification_case_id ON notification (case_id);
CREATE INDEX ix_notification_mail_at ON notification (mail_at) WHERE mail_at IS NOT NULL;
CREATE INDEX ix_notification_user_id ON notification (user_id, read_at);
CREATE TABLE document_version (
  id {serial} NOT NULL,
  document_id {big} NOT NULL,
  number INTEGER NOT NULL,
  sha256 VARCHAR(64) NOT NULL,
  size INTEGER NOT NULL,
  content_type VARCHAR(200) NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  template VARCHAR(200) NOT NULL,
  category_version_id {big},
  text TEXT NOT NULL,
  created_at {instant} NOT NULL,
  created_by_id {big},
  CONSTRAINT pk_document_version PRIMARY KEY (id),
  CONSTRAINT uq_document_version_document_id UNIQUE (document_id, number),
  CONSTRAINT fk_document_version_document_id_document FOREIGN KEY(document_id) REFERENCES document (id),
  CONSTRAINT fk_document_version_created_by_id_user_account FOREIGN KEY(created_by_id) REFERENCES user_account (id)
);
CREATE TABLE document_link (
  id {serial} NOT NULL,
  document_id {big} NOT NULL,
  entity_type VARCHAR(80) NOT NULL,
  entity_id {big} NOT NULL,
  CONSTRAINT pk_document_link PRIMARY KEY (id),
  CONSTRAINT uq_document_link_document_id UNIQUE (document_id, entity_type, entity_id),
  CONSTRAINT fk_document_link_document_id_document FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX ix_document_link_entity ON document_link (entity_type, entity_id);
CREATE TABLE communication (
  id {serial} NOT NULL,
  case_id {big},
  person_id {big},
  document_id {big},
  channel VARCHAR(80) NOT NULL,
  address TEXT NOT NULL,
  subject VARCHAR(200) NOT NULL,
  status VARCHAR(80) NOT NULL,
  created_at {instant} NOT NULL,
  outbox_key VARCHAR(200) NOT NULL,
  CONSTRAINT pk_communication PRIMARY KEY (id),
  CONSTRAINT fk_communication_case_id_cases FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT fk_communication_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_communication_document_id_document FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX ix_communication_person_id ON communication (person_id);
CREATE INDEX ix_communication_document_id ON communication (document_id);
CREATE INDEX ix_communication_case_id ON communication (case_id);
