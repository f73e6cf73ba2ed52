-- Sessions that replicas share. id is the SHA-256 of what the client offers; sealed holds the secret
-- and everything that a decision depends on, the other columns serve questions and deletion.
create table tls_session (
    id                  varchar(43)                 not null primary key,
    listener            varchar(100)                not null,
    route               varchar(255)                not null,
    server_name         varchar(255),
    protocol            varchar(10)                 not null,
    cipher_suite        integer                     not null,
    client_subject      varchar(1000),
    client_fingerprint  varchar(64),
    certificate         varchar(100),
    certificate_version integer                     not null,
    client_auth_policy  varchar(100),
    created_at          timestamp(6) with time zone not null,
    expires_at          timestamp(6) with time zone not null,
    last_used_at        timestamp(6) with time zone,
    resumptions         bigint                      not null,
    sealed              bytea                       not null
);
create index tls_session_expires_at on tls_session (expires_at, id);

-- Deletions that every replica applies to its memory. The counter's row is locked while one is
-- written, so that sequences become visible in their order.
create table session_invalidation_counter (
    sequence bigint not null
);
insert into session_invalidation_counter (sequence) values (0);

create table session_invalidation (
    sequence   bigint                      not null primary key,
    replica    varchar(36)                 not null,
    selector   varchar(4000)               not null,
    created_at timestamp(6) with time zone not null
);
