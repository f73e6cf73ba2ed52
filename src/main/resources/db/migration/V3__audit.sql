create table audit_event (
    id              varchar(36)                 not null primary key,
    occurred_at     timestamp(6) with time zone not null,
    principal       varchar(200)                not null,
    client_address  varchar(60),
    action          varchar(60)                 not null,
    resource_type   varchar(60)                 not null,
    resource_name   varchar(200)                not null,
    document_before varchar(1000000),
    document_after  varchar(1000000),
    outcome         varchar(20)                 not null,
    status          integer
);
create index audit_event_resource on audit_event (resource_type, resource_name, id);
create index audit_event_principal on audit_event (principal, id);
