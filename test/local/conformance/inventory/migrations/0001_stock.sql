create table stock (sku text primary key, level integer not null check (level >= 0));
insert into stock values ('LAPTOP-X1', 100);
