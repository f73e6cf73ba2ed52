-- Which revision of its client-auth policy a session was issued under.
alter table tls_session add column client_auth_policy_revision bigint default 0 not null;
