create table certificate (
    name            varchar(100)                not null primary key,
    revision        bigint                      not null,
    current_version integer,
    pending_key     bytea,
    pending_csr     varchar(20000),
    updated_at      timestamp(6) with time zone not null
);

create table certificate_version (
    name        varchar(100)                not null references certificate (name) on delete cascade,
    version     integer                     not null,
    origin      varchar(20)                 not null,
    chain_pem   varchar(400000)             not null,
    private_key bytea                       not null,
    generation  varchar(20000),
    fingerprint varchar(64)                 not null,
    not_after   timestamp(6) with time zone not null,
    created_at  timestamp(6) with time zone not null,
    primary key (name, version)
);

create table certificate_ocsp_response (
    name        varchar(100)                not null,
    version     integer                     not null,
    response    bytea                       not null,
    this_update timestamp(6) with time zone not null,
    next_update timestamp(6) with time zone not null,
    primary key (name, version),
    foreign key (name, version) references certificate_version (name, version) on delete cascade
);

create table local_ca (
    level           varchar(10)                 not null primary key,
    certificate_pem varchar(20000)              not null,
    private_key     bytea                       not null,
    created_at      timestamp(6) with time zone not null
);
