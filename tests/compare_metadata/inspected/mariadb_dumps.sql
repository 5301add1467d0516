CREATE TABLE parts (id int NOT NULL, y int, PRIMARY KEY (id)) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);;
CREATE TABLE versioned (id int PRIMARY KEY, n int) WITH SYSTEM VERSIONING;;
CREATE TABLE texts (`a``b` varchar(9) DEFAULT 'x;\'\\y' COMMENT 'it''s "a" \\ back', `c d` char(3) CHARACTER SET utf8mb3, `e` text CHARACTER SET latin1 COLLATE latin1_bin, f enum('it''s','b,c','d)') NOT NULL DEFAULT 'it''s', g set('x','y') CHARACTER SET ascii, u uuid, i inet6, v varbinary(20), bl mediumblob, p point, UNIQUE KEY `u k` (`a``b`, `c d`(2) DESC)) COMMENT='a ''table''; \\ -- x' DEFAULT CHARSET=utf8mb3;;
CREATE TABLE numbers (a tinyint unsigned DEFAULT 0, b mediumint zerofill, c float(5,2), d double unsigned, e decimal(20,0) DEFAULT -1.0, f bigint DEFAULT (1 + 2), g date DEFAULT (current_date()), h datetime(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3), j int GENERATED ALWAYS AS (a + 1) VIRTUAL COMMENT 'made', k int GENERATED ALWAYS AS (if(a > 1, 2, 3)) STORED, l bit(1) DEFAULT b'1', m year DEFAULT 2020, n boolean NOT NULL DEFAULT false, CONSTRAINT `named check` CHECK (a > 0 AND (b < 5 OR c IS NOT NULL)), CHECK (d <> ')'));;
CREATE TABLE memory (id int NOT NULL, n int, PRIMARY KEY (id) USING HASH, KEY h (n) USING HASH, KEY b (n) USING BTREE) ENGINE=MEMORY;;
CREATE TABLE keyed (a int, b int, c text, d point NOT NULL, KEY k1 (a) COMMENT 'it''s', SPATIAL KEY sp (d), FULLTEXT KEY ft (c), KEY k2 (c(10)), CONSTRAINT f1 FOREIGN KEY (a) REFERENCES unused (id) ON UPDATE SET NULL ON DELETE NO ACTION) 
;;
CREATE SEQUENCE down START WITH -5 INCREMENT BY -2 MINVALUE -100 MAXVALUE -1 CACHE 7 CYCLE;;
CREATE SEQUENCE plain NOCACHE;;
CREATE VIEW `v 2` AS SELECT x.id AS `the id`, concat('tests.', y.n) AS c FROM versioned x JOIN numbers z LEFT JOIN unused y ON x.id = y.id AND (y.n > 1 OR x.n IS NULL);;
CREATE VIEW v3 AS SELECT `the id` FROM `v 2`;;
CREATE TRIGGER t2 AFTER UPDATE ON numbers FOR EACH ROW BEGIN IF NEW.a > 1 THEN INSERT INTO unused (id) VALUES (1); END IF; END;;
CREATE FUNCTION g(x varchar(20), y int) RETURNS varchar(30) CHARSET utf8mb4 READS SQL DATA SQL SECURITY INVOKER COMMENT 'it''s' BEGIN DECLARE z int; SET z = 1; RETURN concat(x, ';'); END;;
CREATE PROCEDURE q(IN a int, OUT b int) MODIFIES SQL DATA BEGIN SELECT a; END
