-- What clients offer and the certificates they send are few and repeat: each is kept once.
create table client_offer (
    fingerprint varchar(64)                 not null primary key,
    offer       varchar(1000000)            not null,
    last_seen   timestamp(6) with time zone not null
);
create index client_offer_last_seen on client_offer (last_seen);

create table client_chain (
    fingerprint varchar(64)                 not null primary key,
    chain       bytea                       not null,
    last_seen   timestamp(6) with time zone not null
);
create index client_chain_last_seen on client_chain (last_seen);

-- Narrow, so that filters, retention and simulations over millions read little.
create table handshake (
    id              varchar(36)                 not null primary key,
    started_at      timestamp(6) with time zone not null,
    duration_micros bigint                      not null,
    listener        varchar(100)                not null,
    kind            varchar(16)                 not null,
    result          varchar(16)                 not null,
    reason          varchar(48),
    protocol        varchar(8),
    cipher_suite    varchar(64),
    server_name     varchar(255),
    client_address  varchar(64)                 not null,
    client_offer    varchar(64),
    client_chain    varchar(64),
    -- Without a chain: whether the client had none, or was never asked for one.
    client_asked    boolean                     not null
);
create index handshake_started on handshake (started_at desc, id desc);
create index handshake_listener on handshake (listener, started_at desc, id desc);
create index handshake_result on handshake (result, started_at desc, id desc);
create index handshake_reason on handshake (reason, started_at desc, id desc);
create index handshake_server_name on handshake (server_name, started_at desc, id desc);
create index handshake_client_address on handshake (client_address, started_at desc, id desc);
create index handshake_protocol on handshake (protocol, started_at desc, id desc);

create table handshake_detail (
    id       varchar(36)      not null primary key,
    document varchar(1000000) not null
);

-- Exact counts per minute and per hour, also of handshakes of which no record is kept; each
-- handshake counts once under each dimension.
create table handshake_count (
    id         varchar(36)                 not null primary key,
    period     varchar(8)                  not null,
    started_at timestamp(6) with time zone not null,
    dimension  varchar(16)                 not null,
    listener   varchar(100)                not null,
    grouped    varchar(255),
    result     varchar(16)                 not null,
    handshakes bigint                      not null
);
create index handshake_count_started on handshake_count (dimension, period, started_at);
create index handshake_count_age on handshake_count (started_at);
