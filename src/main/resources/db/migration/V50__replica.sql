-- Processes that share this database, and what they ask each other. Used on PostgreSQL only; times are
-- the database's own.
create table replica (
    id          varchar(36)                 not null primary key,
    name        varchar(200)                not null,
    address     varchar(300)                not null,
    version     varchar(100)                not null,
    started_at  timestamp(6) with time zone not null,
    last_seen   timestamp(6) with time zone not null,
    revision    bigint                      not null,
    in_force    boolean                     not null,
    connections integer                     not null
);

create table replica_question (
    id        varchar(36)                 not null primary key,
    asker     varchar(36)                 not null,
    recipient varchar(36),
    topic     varchar(60)                 not null,
    body      text                        not null,
    deadline  timestamp(6) with time zone not null
);

-- body is null if the replica could not answer; failure says why.
create table replica_answer (
    question varchar(36) not null references replica_question (id) on delete cascade,
    replica  varchar(36) not null,
    body     text,
    failure  varchar(1000),
    primary key (question, replica)
);
