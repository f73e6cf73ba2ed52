create table user_account (
    name          varchar(63)                 not null primary key,
    role          varchar(20)                 not null,
    enabled       boolean                     not null,
    password_hash varchar(300)                not null,
    revision      bigint                      not null,
    created_at    timestamp(6) with time zone not null,
    updated_at    timestamp(6) with time zone not null
);

create table api_token (
    id           varchar(36)                 not null primary key,
    name         varchar(63)                 not null,
    role         varchar(20)                 not null,
    token_hash   varchar(64)                 not null unique,
    created_by   varchar(200)                not null,
    created_at   timestamp(6) with time zone not null,
    expires_at   timestamp(6) with time zone not null,
    last_used_at timestamp(6) with time zone
);
