create table configuration_revision (
    revision bigint not null
);
insert into configuration_revision (revision) values (0);

create table configuration_object (
    type       varchar(40)                 not null,
    name       varchar(100)                not null,
    revision   bigint                      not null,
    document   varchar(1000000)            not null,
    updated_at timestamp(6) with time zone not null,
    primary key (type, name)
);
