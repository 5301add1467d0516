CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', e ENUM('a','b') DEFAULT 'a', b tinyint(1) DEFAULT 1, n decimal(10,2) UNSIGNED, t timestamp DEFAULT current_timestamp() ON UPDATE current_timestamp(), g int AS (n*2) STORED, j JSON, c varchar(5) COLLATE utf8mb4_bin CHECK (c <> 'z'), l varchar(5) CHARACTER SET latin1, UNIQUE uq (name), CHECK (n > 3), KEY k (name(5), n DESC)) COMMENT 'tab';;
CREATE TABLE b (id int PRIMARY KEY, a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a(id) ON DELETE CASCADE);;
CREATE VIEW v AS SELECT id, name FROM a;;
CREATE SEQUENCE s1 START WITH 5;;
CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.n = 1
;;
CREATE TABLE c (x bigint UNSIGNED, y year, z set('a','b'), d datetime(6) DEFAULT current_timestamp(6), e text, f double, g bit(3) DEFAULT b'101', h int(5) ZEROFILL, i varchar(9) INVISIBLE, FULLTEXT KEY ft (e), PRIMARY KEY (x, y)) ENGINE=InnoDB DEFAULT CHARSET=latin1 ROW_FORMAT=COMPRESSED;;
CREATE TABLE d (x bigint UNSIGNED, y year, FOREIGN KEY (x, y) REFERENCES c (x, y) ON UPDATE CASCADE ON DELETE SET NULL, q varchar(9) DEFAULT 'it''s');;
CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x + 1;;
CREATE PROCEDURE p() SELECT 1;;
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO SELECT 1
