-- CRLs fetched for trust bundles. A CRL may be larger than a bytea may be everywhere: kept in parts.
create table trust_bundle_crl (
    bundle       varchar(100)                not null,
    url          varchar(1000)               not null,
    sha256       varchar(64),
    fetched_at   timestamp(6) with time zone,
    next_attempt timestamp(6) with time zone not null,
    failures     bigint                      not null,
    last_error   varchar(1000),
    primary key (bundle, url)
);

create table trust_bundle_crl_part (
    bundle  varchar(100)  not null,
    url     varchar(1000) not null,
    part    bigint        not null,
    content bytea         not null,
    primary key (bundle, url, part)
);
