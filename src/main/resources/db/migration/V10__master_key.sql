create table master_key (
    in_use varchar(100) not null
);
insert into master_key (in_use) values ('');
