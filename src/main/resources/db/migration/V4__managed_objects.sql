create table managed_object (
    type  varchar(40)  not null,
    name  varchar(100) not null,
    owner varchar(300) not null,
    primary key (type, name)
);
