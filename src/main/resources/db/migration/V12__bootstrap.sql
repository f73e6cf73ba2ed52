create table bootstrap (
    completed_at timestamp(6) with time zone not null
);
