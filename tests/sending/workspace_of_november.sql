BEGIN TRANSACTION;
CREATE TABLE "account" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "username" varchar(64) NOT NULL UNIQUE, "name" varchar(64) NOT NULL, "id_number" varchar(18) NOT NULL, "is_active" bool NOT NULL, "must_change_password" bool NOT NULL, "totp_secret" varchar(64) NOT NULL, "totp_last" bigint NOT NULL, "created_at" datetime NOT NULL);
CREATE TABLE "account_grant" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "role" varchar(64) NOT NULL, "division" varchar(14) NOT NULL, "offices" text NOT NULL, "granted_by" varchar(64) NOT NULL, "granted_at" datetime NOT NULL, "account_id" bigint NOT NULL REFERENCES "account" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "account_grant_key" UNIQUE ("account_id", "role", "division"));
CREATE TABLE "api_answer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "person" varchar(64) NOT NULL, "key" varchar(255) NOT NULL, "digest" varchar(64) NOT NULL, "status" integer NOT NULL, "headers" text NOT NULL, "body" BLOB NOT NULL, "at" datetime NOT NULL, CONSTRAINT "api_answer_key" UNIQUE ("person", "key"));
CREATE TABLE "api_failure" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "address" varchar(64) NOT NULL, "at" datetime NOT NULL);
CREATE TABLE "api_token" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "title" varchar(64) NOT NULL, "hash" varchar(64) NOT NULL UNIQUE, "scopes" text NOT NULL, "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "used_at" datetime NULL, "ended_at" datetime NULL, "account_id" bigint NOT NULL REFERENCES "account" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
CREATE TABLE "axes_accessattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "get_data" text NOT NULL, "post_data" text NOT NULL, "failures_since_start" integer unsigned NOT NULL CHECK ("failures_since_start" >= 0));
CREATE TABLE "axes_accessattemptexpiration" ("access_attempt_id" integer NOT NULL PRIMARY KEY REFERENCES "axes_accessattempt" ("id") DEFERRABLE INITIALLY DEFERRED, "expires_at" datetime NOT NULL);
CREATE TABLE "axes_accessfailurelog" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "locked_out" bool NOT NULL);
CREATE TABLE "axes_accesslog" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_agent" varchar(255) NOT NULL, "ip_address" char(39) NULL, "username" varchar(255) NULL, "http_accept" varchar(1025) NOT NULL, "path_info" varchar(255) NOT NULL, "attempt_time" datetime NOT NULL, "logout_time" datetime NULL, "session_hash" varchar(64) NOT NULL);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'access','0001_initial','2026-11-25 23:24:59.228255');
INSERT INTO "django_migrations" VALUES(2,'access','0002_read_record_append_only','2026-11-25 23:24:59.232035');
INSERT INTO "django_migrations" VALUES(3,'api','0001_initial','2026-11-25 23:24:59.245952');
INSERT INTO "django_migrations" VALUES(4,'contenttypes','0001_initial','2026-11-25 23:24:59.252642');
INSERT INTO "django_migrations" VALUES(5,'contenttypes','0002_remove_content_type_name','2026-11-25 23:24:59.280466');
INSERT INTO "django_migrations" VALUES(6,'auth','0001_initial','2026-11-25 23:24:59.361493');
INSERT INTO "django_migrations" VALUES(7,'auth','0002_alter_permission_name_max_length','2026-11-25 23:24:59.394611');
INSERT INTO "django_migrations" VALUES(8,'auth','0003_alter_user_email_max_length','2026-11-25 23:24:59.428258');
INSERT INTO "django_migrations" VALUES(9,'auth','0004_alter_user_username_opts','2026-11-25 23:24:59.462212');
INSERT INTO "django_migrations" VALUES(10,'auth','0005_alter_user_last_login_null','2026-11-25 23:24:59.498052');
INSERT INTO "django_migrations" VALUES(11,'auth','0006_require_contenttypes_0002','2026-11-25 23:24:59.503729');
INSERT INTO "django_migrations" VALUES(12,'auth','0007_alter_validators_add_error_messages','2026-11-25 23:24:59.536628');
INSERT INTO "django_migrations" VALUES(13,'auth','0008_alter_user_username_max_length','2026-11-25 23:24:59.556823');
INSERT INTO "django_migrations" VALUES(14,'auth','0009_alter_user_last_name_max_length','2026-11-25 23:24:59.583771');
INSERT INTO "django_migrations" VALUES(15,'auth','0010_alter_group_name_max_length','2026-11-25 23:24:59.607396');
INSERT INTO "django_migrations" VALUES(16,'auth','0011_update_proxy_permissions','2026-11-25 23:24:59.646129');
INSERT INTO "django_migrations" VALUES(17,'auth','0012_alter_user_first_name_max_length','2026-11-25 23:24:59.655952');
INSERT INTO "django_migrations" VALUES(18,'axes','0001_initial','2026-11-25 23:24:59.675818');
INSERT INTO "django_migrations" VALUES(19,'axes','0002_auto_20151217_2044','2026-11-25 23:24:59.819908');
INSERT INTO "django_migrations" VALUES(20,'axes','0003_auto_20160322_0929','2026-11-25 23:24:59.872423');
INSERT INTO "django_migrations" VALUES(21,'axes','0004_auto_20181024_1538','2026-11-25 23:24:59.920458');
INSERT INTO "django_migrations" VALUES(22,'axes','0005_remove_accessattempt_trusted','2026-11-25 23:24:59.956802');
INSERT INTO "django_migrations" VALUES(23,'axes','0006_remove_accesslog_trusted','2026-11-25 23:24:59.990913');
INSERT INTO "django_migrations" VALUES(24,'axes','0007_alter_accessattempt_unique_together','2026-11-25 23:25:00.087786');
INSERT INTO "django_migrations" VALUES(25,'axes','0008_accessfailurelog','2026-11-25 23:25:00.110707');
INSERT INTO "django_migrations" VALUES(26,'axes','0009_add_session_hash','2026-11-25 23:25:00.146470');
INSERT INTO "django_migrations" VALUES(27,'axes','0010_accessattemptexpiration','2026-11-25 23:25:00.168157');
INSERT INTO "django_migrations" VALUES(28,'django_tasks_database','0001_initial','2026-11-25 23:25:00.203013');
INSERT INTO "django_migrations" VALUES(29,'django_tasks_database','0002_alter_dbtaskresult_options','2026-11-25 23:25:00.206328');
INSERT INTO "django_migrations" VALUES(30,'django_tasks_database','0003_dbtaskresult_enqueued_at_dbtaskresult_finished_at','2026-11-25 23:25:00.230849');
INSERT INTO "django_migrations" VALUES(31,'django_tasks_database','0004_dbtaskresult_started_at','2026-11-25 23:25:00.236249');
INSERT INTO "django_migrations" VALUES(32,'django_tasks_database','0005_alter_dbtaskresult_priority_and_more','2026-11-25 23:25:00.277403');
INSERT INTO "django_migrations" VALUES(33,'django_tasks_database','0006_alter_dbtaskresult_args_kwargs_and_more','2026-11-25 23:25:00.344361');
INSERT INTO "django_migrations" VALUES(34,'django_tasks_database','0007_add_separate_results_fields','2026-11-25 23:25:00.373818');
INSERT INTO "django_migrations" VALUES(35,'django_tasks_database','0008_separate_results_field','2026-11-25 23:25:00.431493');
INSERT INTO "django_migrations" VALUES(36,'django_tasks_database','0009_remove_results_field','2026-11-25 23:25:00.448307');
INSERT INTO "django_migrations" VALUES(37,'django_tasks_database','0010_alter_dbtaskresult_status','2026-11-25 23:25:00.478996');
INSERT INTO "django_migrations" VALUES(38,'django_tasks_database','0011_rename_complete_status','2026-11-25 23:25:00.523653');
INSERT INTO "django_migrations" VALUES(39,'django_tasks_database','0012_add_separate_exception_fields','2026-11-25 23:25:00.556972');
INSERT INTO "django_migrations" VALUES(40,'django_tasks_database','0013_separate_exception_fields','2026-11-25 23:25:00.797127');
INSERT INTO "django_migrations" VALUES(41,'django_tasks_database','0014_remove_dbtaskresult_exception_data','2026-11-25 23:25:00.811783');
INSERT INTO "django_migrations" VALUES(42,'django_tasks_database','0015_correctly_order_run_after','2026-11-25 23:25:00.820565');
INSERT INTO "django_migrations" VALUES(43,'django_tasks_database','0016_remove_dbtaskresult_django_task_new_ordering_idx_and_more','2026-11-25 23:25:00.948348');
INSERT INTO "django_migrations" VALUES(44,'django_tasks_database','0017_dbtaskresult_metadata','2026-11-25 23:25:00.972626');
INSERT INTO "django_migrations" VALUES(45,'django_tasks_database','0018_rename_succeeded_status','2026-11-25 23:25:01.063176');
INSERT INTO "django_migrations" VALUES(46,'django_tasks_database','0019_rename_django_task_new_ordering_idx_tasks_db_new_ordering_idx_and_more','2026-11-25 23:25:01.216170');
INSERT INTO "django_migrations" VALUES(47,'django_tasks_database','0020_update_db_task_result_ordering','2026-11-25 23:25:01.268741');
INSERT INTO "django_migrations" VALUES(48,'django_tasks_database','0021_conditional_partial_index_ordering','2026-11-25 23:25:01.300682');
INSERT INTO "django_migrations" VALUES(49,'importing','0001_drafts_headings_notes','2026-11-25 23:25:01.355667');
INSERT INTO "django_migrations" VALUES(50,'jobs','0001_jobs','2026-11-25 23:25:01.368413');
INSERT INTO "django_migrations" VALUES(51,'journal','0001_initial','2026-11-25 23:25:01.509114');
INSERT INTO "django_migrations" VALUES(52,'sessions','0001_initial','2026-11-25 23:25:01.554538');
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE "django_tasks_database_dbtaskresult" ("id" char(32) NOT NULL PRIMARY KEY, "args_kwargs" text NOT NULL CHECK ((JSON_VALID("args_kwargs") OR "args_kwargs" IS NULL)), "priority" integer NOT NULL, "task_path" text NOT NULL, "queue_name" varchar(32) NOT NULL, "backend_name" varchar(32) NOT NULL, "run_after" datetime NOT NULL, "enqueued_at" datetime NOT NULL, "finished_at" datetime NULL, "started_at" datetime NULL, "return_value" text NULL CHECK ((JSON_VALID("return_value") OR "return_value" IS NULL)), "exception_class_path" text NOT NULL, "traceback" text NOT NULL, "worker_ids" text NOT NULL CHECK ((JSON_VALID("worker_ids") OR "worker_ids" IS NULL)), "status" varchar(10) NOT NULL, CONSTRAINT "priority_range" CHECK ("priority" BETWEEN -100 AND 100));
CREATE TABLE entry_version (
    seq INTEGER PRIMARY KEY, submission INTEGER NOT NULL, ledger TEXT NOT NULL, entry TEXT NOT NULL, version INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('record', 'withdraw')), division TEXT NOT NULL, data TEXT NOT NULL, original TEXT, confirmed TEXT,
    sheet TEXT, line INTEGER, replaces INTEGER, previous BLOB NOT NULL, hash BLOB NOT NULL
) STRICT
;
CREATE TABLE "import_draft" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "person" varchar(64) NOT NULL, "name" text NOT NULL, "size" bigint NOT NULL, "state" varchar(16) NOT NULL, "sheets" text NOT NULL CHECK ((JSON_VALID("sheets") OR "sheets" IS NULL)), "headings" text NOT NULL CHECK ((JSON_VALID("headings") OR "headings" IS NULL)), "summary" text NOT NULL CHECK ((JSON_VALID("summary") OR "summary" IS NULL)), "fault" text NULL CHECK ((JSON_VALID("fault") OR "fault" IS NULL)), "job" bigint NULL, "submission" bigint NULL, "created_at" datetime NOT NULL, "changed_at" datetime NOT NULL);
INSERT INTO "import_draft" VALUES(1,'cunguan','户籍.xlsx',5120,'ready','{"Sheet1": "household"}','{"household": {"\u6237\u53f7": "number"}}','{"ledgers": [], "sheets": [], "passed": [], "skipped": 0, "errors": 0, "warnings": 0, "blocked": false, "changes": 3, "review": true}',NULL,NULL,NULL,'2026-11-25 23:25:02.108193','2026-11-25 23:25:02.108203');
CREATE TABLE "import_heading" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "person" varchar(64) NOT NULL, "ledger" varchar(64) NOT NULL, "heading" text NOT NULL, "field" varchar(64) NOT NULL, "said_at" datetime NOT NULL, CONSTRAINT "import_heading_key" UNIQUE ("person", "ledger", "heading"));
INSERT INTO "import_heading" VALUES(1,'cunguan','household','户号','number','2026-11-25 23:25:02.114373');
CREATE TABLE "job" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(64) NOT NULL, "module" varchar(128) NOT NULL, "title" varchar(64) NOT NULL, "about" text NOT NULL, "person" varchar(64) NOT NULL, "language" varchar(2) NOT NULL, "arguments" text NOT NULL CHECK ((JSON_VALID("arguments") OR "arguments" IS NULL)), "state" varchar(16) NOT NULL, "stage" text NOT NULL, "permille" integer NOT NULL, "result" text NOT NULL CHECK ((JSON_VALID("result") OR "result" IS NULL)), "fault" text NULL CHECK ((JSON_VALID("fault") OR "fault" IS NULL)), "faults" text NOT NULL CHECK ((JSON_VALID("faults") OR "faults" IS NULL)), "worker" varchar(64) NOT NULL, "cancel_asked" bool NOT NULL, "created_at" datetime NOT NULL, "begun_at" datetime NULL, "seen_at" datetime NULL, "ended_at" datetime NULL);
CREATE TABLE journal_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), numbers INTEGER NOT NULL, decisions INTEGER NOT NULL, position INTEGER NOT NULL,
    submission INTEGER, rows_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT
;
INSERT INTO "journal_head" VALUES(1,0,0,0,NULL,'0000000000000000000000000000000000000000000000000000000000000000','0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE "ledger_draft" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "person" varchar(64) NOT NULL, "text" text NOT NULL, "replacing" varchar(64) NOT NULL, "about" text NOT NULL CHECK ((JSON_VALID("about") OR "about" IS NULL)), "created_at" datetime NOT NULL, "saved_at" datetime NULL);
INSERT INTO "ledger_draft" VALUES(1,'guanli','ledger: own_trees
','','{"file": "\u6811.xlsx"}','2026-11-25 23:25:02.137362',NULL);
CREATE TABLE "read_record" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "person" varchar(64) NOT NULL, "act" varchar(32) NOT NULL, "ledger" varchar(64) NOT NULL, "what" text NOT NULL, "purpose" text NOT NULL, "rows" bigint NOT NULL, "address" varchar(64) NOT NULL);
CREATE TABLE "recovery_code" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hash" varchar(128) NOT NULL, "account_id" bigint NOT NULL REFERENCES "account" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "review_note" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "submission" bigint NOT NULL, "person" varchar(64) NOT NULL, "row" integer NOT NULL, "reason" text NOT NULL, CONSTRAINT "review_note_key" UNIQUE ("submission", "person", "row"));
INSERT INTO "review_note" VALUES(1,7,'shenhe',2,'户主姓名与户口簿不符');
CREATE TABLE "sign_in" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "session_key" varchar(40) NOT NULL UNIQUE, "address" varchar(64) NOT NULL, "agent" text NOT NULL, "began_at" datetime NOT NULL, "seen_at" datetime NOT NULL, "account_id" bigint NOT NULL REFERENCES "account" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE submission (
    number INTEGER PRIMARY KEY, ledgers TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'returned')),
    person TEXT NOT NULL, source_kind TEXT NOT NULL, source_name TEXT NOT NULL, source_sha256 TEXT, note TEXT NOT NULL,
    created_at TEXT NOT NULL, rows INTEGER NOT NULL, payload_hash TEXT,
    decision INTEGER UNIQUE, decided_at TEXT, decided_by TEXT, reason TEXT NOT NULL, first_seq INTEGER, last_seq INTEGER,
    algorithm TEXT, rows_hash TEXT, previous_hash TEXT, hash TEXT
) STRICT
;
CREATE TABLE submission_payload (submission_id INTEGER PRIMARY KEY REFERENCES submission (number), content BLOB NOT NULL) STRICT;
CREATE INDEX "read_record_at_7c4bd687" ON "read_record" ("at");
CREATE INDEX "read_record_person_375d8ad1" ON "read_record" ("person");
CREATE INDEX "api_token_account_id_dd502ee2" ON "api_token" ("account_id");
CREATE INDEX "recovery_code_account_id_415b535f" ON "recovery_code" ("account_id");
CREATE INDEX "sign_in_account_id_1577e6d0" ON "sign_in" ("account_id");
CREATE INDEX "account_grant_account_id_6faa75a3" ON "account_grant" ("account_id");
CREATE TRIGGER read_record_no_update BEFORE UPDATE ON read_record BEGIN SELECT RAISE(ABORT, 'the record of reads is only added to'); END;
CREATE TRIGGER read_record_no_delete BEFORE DELETE ON read_record BEGIN SELECT RAISE(ABORT, 'the record of reads is only added to'); END;
CREATE INDEX "api_failure_address" ON "api_failure" ("address", "at");
CREATE INDEX "api_answer_at_18572a78" ON "api_answer" ("at");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE INDEX "axes_accessattempt_user_agent_ad89678b" ON "axes_accessattempt" ("user_agent");
CREATE INDEX "axes_accessattempt_ip_address_10922d9c" ON "axes_accessattempt" ("ip_address");
CREATE INDEX "axes_accessattempt_username_3f2d4ca0" ON "axes_accessattempt" ("username");
CREATE UNIQUE INDEX "axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq" ON "axes_accessattempt" ("username", "ip_address", "user_agent");
CREATE INDEX "axes_accessfailurelog_user_agent_ea145dda" ON "axes_accessfailurelog" ("user_agent");
CREATE INDEX "axes_accessfailurelog_ip_address_2e9f5a7f" ON "axes_accessfailurelog" ("ip_address");
CREATE INDEX "axes_accessfailurelog_username_a8b7e8a4" ON "axes_accessfailurelog" ("username");
CREATE INDEX "axes_accesslog_user_agent_0e659004" ON "axes_accesslog" ("user_agent");
CREATE INDEX "axes_accesslog_ip_address_86b417e5" ON "axes_accesslog" ("ip_address");
CREATE INDEX "axes_accesslog_username_df93064b" ON "axes_accesslog" ("username");
CREATE INDEX "django_task_queue_n_99c321_idx" ON "django_tasks_database_dbtaskresult" ("queue_name");
CREATE INDEX "django_task_backend_071754_idx" ON "django_tasks_database_dbtaskresult" ("backend_name");
CREATE INDEX "tasks_db_new_ordering_idx" ON "django_tasks_database_dbtaskresult" ("status", "priority" DESC, "run_after" ASC, "enqueued_at" ASC) WHERE "status" = 'READY';
CREATE INDEX "import_draft_person_5f30d4cd" ON "import_draft" ("person");
CREATE INDEX "ledger_draft_person_758fd2ce" ON "ledger_draft" ("person");
CREATE INDEX "job_person" ON "job" ("person", "id" DESC);
CREATE INDEX "job_state" ON "job" ("state");
CREATE UNIQUE INDEX entry_version_key ON entry_version (ledger, entry, version);
CREATE INDEX submission_source ON submission (source_sha256);
CREATE TRIGGER entry_version_no_update BEFORE UPDATE ON entry_version BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER entry_version_no_delete BEFORE DELETE ON entry_version BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER submission_decided_once BEFORE UPDATE ON submission WHEN NOT (
        OLD.status = 'pending' AND NEW.status IN ('accepted', 'returned') AND NEW.number IS OLD.number AND NEW.ledgers IS OLD.ledgers
        AND NEW.person IS OLD.person AND NEW.source_kind IS OLD.source_kind AND NEW.source_name IS OLD.source_name
        AND NEW.source_sha256 IS OLD.source_sha256 AND NEW.note IS OLD.note AND NEW.created_at IS OLD.created_at
        AND NEW.rows IS OLD.rows AND NEW.payload_hash IS OLD.payload_hash) BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER submission_payload_no_update BEFORE UPDATE ON submission_payload BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER submission_payload_kept BEFORE DELETE ON submission_payload
        WHEN (SELECT status FROM submission WHERE number = OLD.submission_id) = 'pending' BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END;
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('django_migrations',52);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',26);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',104);
INSERT INTO "sqlite_sequence" VALUES('auth_group',0);
INSERT INTO "sqlite_sequence" VALUES('axes_accessattempt',0);
INSERT INTO "sqlite_sequence" VALUES('axes_accesslog',0);
INSERT INTO "sqlite_sequence" VALUES('import_draft',1);
INSERT INTO "sqlite_sequence" VALUES('import_heading',1);
INSERT INTO "sqlite_sequence" VALUES('review_note',1);
INSERT INTO "sqlite_sequence" VALUES('ledger_draft',1);
COMMIT;
