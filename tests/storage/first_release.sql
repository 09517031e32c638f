BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE discussion_events (
	id VARCHAR(24) NOT NULL, 
	repo_pk INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	author VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (repo_pk, number, position)
);
CREATE TABLE discussions (
	repo_pk INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	status VARCHAR(8) NOT NULL, 
	author VARCHAR(200) NOT NULL, 
	is_pull_request BOOLEAN NOT NULL, 
	target VARCHAR(250), 
	merge_commit VARCHAR(40), 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (repo_pk, number), 
	FOREIGN KEY(repo_pk) REFERENCES repos (pk) ON DELETE CASCADE
);
CREATE TABLE jobs (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	title TEXT NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	progress FLOAT NOT NULL, 
	detail TEXT NOT NULL, 
	result TEXT, 
	owner VARCHAR(200) NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE likes (
	repo_pk INTEGER NOT NULL, 
	user VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (repo_pk, user), 
	FOREIGN KEY(repo_pk) REFERENCES repos (pk) ON DELETE CASCADE
);
CREATE TABLE repo_blobs (
	repo_pk INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	path TEXT NOT NULL, 
	added_at DATETIME NOT NULL, 
	PRIMARY KEY (repo_pk, digest), 
	FOREIGN KEY(repo_pk) REFERENCES repos (pk) ON DELETE CASCADE
);
CREATE TABLE repo_names (
	"key" VARCHAR(220) NOT NULL, 
	repo_pk INTEGER NOT NULL, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(repo_pk) REFERENCES repos (pk) ON DELETE CASCADE
);
CREATE TABLE repo_tags (
	repo_pk INTEGER NOT NULL, 
	tag VARCHAR(200) NOT NULL, 
	PRIMARY KEY (repo_pk, tag), 
	FOREIGN KEY(repo_pk) REFERENCES repos (pk) ON DELETE CASCADE
);
CREATE TABLE repos (
	pk INTEGER NOT NULL, 
	storage VARCHAR(80) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	namespace VARCHAR(96) NOT NULL, 
	name VARCHAR(96) NOT NULL, 
	"key" VARCHAR(220) NOT NULL, 
	owner VARCHAR(200) NOT NULL, 
	private BOOLEAN NOT NULL, 
	gated VARCHAR(8) DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	downloads INTEGER DEFAULT '0' NOT NULL, 
	likes INTEGER DEFAULT '0' NOT NULL, 
	head VARCHAR(40), 
	card TEXT DEFAULT '{}' NOT NULL, 
	size_bytes INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (pk), 
	UNIQUE (storage), 
	UNIQUE ("key")
);
CREATE TABLE revision_facts (
	repo VARCHAR(220) NOT NULL, 
	"commit" VARCHAR(40) NOT NULL, 
	facts TEXT NOT NULL, 
	PRIMARY KEY (repo, "commit")
);
CREATE TABLE scans (
	digest VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	rules INTEGER NOT NULL, 
	safety VARCHAR(16) NOT NULL, 
	note TEXT NOT NULL, 
	imports TEXT NOT NULL, 
	PRIMARY KEY (digest, kind)
);
CREATE TABLE tokens (
	id VARCHAR(16) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	user VARCHAR(200) NOT NULL, 
	display_name VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	scope VARCHAR(8) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME, 
	last_used_at DATETIME, 
	revoked_at DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (hash)
);
CREATE TABLE uploads (
	digest VARCHAR(64) NOT NULL, 
	user VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (digest, user)
);
CREATE TABLE xet_files (
	hash VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	terms BLOB NOT NULL, 
	added_at DATETIME NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE TABLE xet_store (
	id VARCHAR(16) NOT NULL, 
	epoch INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE xet_xorbs (
	hash VARCHAR(64) NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	chunks BLOB NOT NULL, 
	added_at DATETIME NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE INDEX repos_by_downloads ON repos (kind, downloads);
CREATE INDEX repos_by_creation ON repos (kind, created_at);
CREATE INDEX repos_by_likes ON repos (kind, likes);
CREATE INDEX repos_by_namespace ON repos (kind, namespace);
CREATE INDEX repos_by_update ON repos (kind, updated_at);
CREATE INDEX ix_tokens_user ON tokens (user);
CREATE INDEX ix_jobs_owner ON jobs (owner);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_xet_files_digest ON xet_files (digest);
CREATE INDEX repo_tags_by_tag ON repo_tags (tag);
CREATE INDEX repo_blobs_by_digest ON repo_blobs (digest);
COMMIT;
