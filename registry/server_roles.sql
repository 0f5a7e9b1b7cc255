-- What a person with a login may do on a PostgreSQL register: read, and record acts through one function that looks at each as
-- registry/guards.py does, as far as a database can. Run by an administrator; running it again is harmless. Source: audit.md 5.1.
--
-- What somebody may do follows from the table `role`, which follows from the log and has days: membership of a group of the
-- server could not say for which body and until when. So there are two groups only: who owns the tables, with which nobody logs
-- in, and who may ask.
DO $$ BEGIN CREATE ROLE regelruimte_owner NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE regelruimte_person NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

DO $$
DECLARE
    name text;
BEGIN
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA public TO regelruimte_owner;
    GRANT USAGE ON SCHEMA public TO regelruimte_person;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO regelruimte_owner', name);
        EXECUTE format('REVOKE ALL ON TABLE %I FROM PUBLIC, regelruimte_person', name);
        EXECUTE format('GRANT SELECT ON TABLE %I TO regelruimte_person', name);
    END LOOP;
END $$;

-- Which act moves what, for whom: made from registry/lifecycle.yaml. `changes`: the columns of a measure that it may change.
CREATE TABLE IF NOT EXISTS server_act (
    act text PRIMARY KEY, role text NOT NULL, line text NOT NULL, from_states text[] NOT NULL, to_states text[] NOT NULL,
    needs jsonb NOT NULL, changes text[] NOT NULL
);
-- A measure before anything happened to it.
CREATE TABLE IF NOT EXISTS server_blank (id int PRIMARY KEY CHECK (id = 1), blank jsonb NOT NULL);
ALTER TABLE server_act OWNER TO regelruimte_owner;
ALTER TABLE server_blank OWNER TO regelruimte_owner;
REVOKE ALL ON server_act, server_blank FROM PUBLIC, regelruimte_person;

CREATE OR REPLACE FUNCTION regelruimte_refuse(says text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$ BEGIN RAISE EXCEPTION 'regelruimte: %', says USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE OR REPLACE FUNCTION regelruimte_today() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT (now() AT TIME ZONE 'Europe/Amsterdam')::date $$;

-- A refusal and not an empty answer: a register that looks empty would be a lie.
CREATE OR REPLACE FUNCTION regelruimte_reads() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM role WHERE person = session_user AND regelruimte_today() BETWEEN first AND last) THEN
        PERFORM regelruimte_refuse(format('%s has no role in this register today', session_user));
    END IF;
    RETURN true;
END $$;

-- Whose names somebody may read: those of the own body; an auditor all, and a registrar, who erases them.
CREATE OR REPLACE FUNCTION regelruimte_names() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT other.person FROM role mine JOIN role other ON mine.role IN ('auditor', 'registrar') OR other.body = mine.body
    WHERE mine.person = session_user AND regelruimte_today() BETWEEN mine.first AND mine.last
$$;

-- Whoever records holds the head of the log from the start of the transaction; a lock asks for more than reading.
CREATE OR REPLACE FUNCTION regelruimte_hold() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN PERFORM regelruimte_reads(); PERFORM FROM head FOR UPDATE; END $$;

CREATE OR REPLACE FUNCTION regelruimte_days(written text) RETURNS date[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY[split_part(written, '/', 1)::date, coalesce(nullif(split_part(written, '/', 2), ''), split_part(written, '/', 1))::date]
$$;

-- The one way in. `content` is the entry as canonical JSON, `documents` what it names by hash, `measure` and `exemptions` the rows
-- that the measure comes to. What a database cannot tell (whether the bytes are canonical, the check, the fold) an audit tells.
CREATE OR REPLACE FUNCTION regelruimte_record(content bytea, documents bytea[], measure jsonb, exemptions jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry jsonb := convert_from(content, 'UTF8')::jsonb;
    data jsonb := entry -> 'data';
    subject text := entry ->> 'subject';
    kind text := entry ->> 'kind';
    asks server_act;
    size bigint;
    last_at timestamptz;
    said_at timestamptz := (entry ->> 'recorded')::timestamptz;
BEGIN
    PERFORM regelruimte_hold();
    SELECT head.size INTO size FROM head;
    SELECT * INTO asks FROM server_act WHERE act = kind;
    IF asks IS NULL THEN PERFORM regelruimte_refuse(format('an entry of the kind %s is for the administrator', kind)); END IF;
    IF (entry ->> 'number')::bigint IS DISTINCT FROM size THEN PERFORM regelruimte_refuse('not the next number of the log'); END IF;
    IF data ? 'history' THEN PERFORM regelruimte_refuse('the past is loaded by the administrator'); END IF;

    -- who
    IF entry ->> 'actor' IS DISTINCT FROM session_user THEN PERFORM regelruimte_refuse(format('you are %s', session_user)); END IF;
    IF asks.role NOT IN ('any', entry ->> 'role') THEN PERFORM regelruimte_refuse(format('%s is for a %s', kind, asks.role)); END IF;
    IF NOT EXISTS (
        SELECT FROM role WHERE person = session_user AND role.role = entry ->> 'role' AND body = data ->> 'body'
        AND regelruimte_today() BETWEEN first AND last
    ) THEN PERFORM regelruimte_refuse(format('no %s for %s today', entry ->> 'role', data ->> 'body')); END IF;
    PERFORM regelruimte_apart(subject, kind, entry, data);

    -- when
    SELECT e.recorded::timestamptz INTO last_at FROM entry e WHERE e.number = size - 1;
    IF said_at < last_at OR (said_at <> last_at AND said_at NOT BETWEEN
        clock_timestamp() - interval '15 minutes' AND clock_timestamp() + interval '5 minutes') THEN
        PERFORM regelruimte_refuse(format('recorded at %s, and it is %s', said_at, clock_timestamp()));
    END IF;

    -- what
    PERFORM regelruimte_documents(entry, data, documents);
    IF kind = 'erase' THEN PERFORM regelruimte_erase(subject, data);
    ELSE PERFORM regelruimte_project(subject, kind, data, asks, size, measure, exemptions); END IF;
    INSERT INTO entry (number, id, kind, subject, recorded, content)
        VALUES (size, entry ->> 'id', kind, subject, entry ->> 'recorded', regelruimte_record.content);
    PERFORM regelruimte_grow(size, content);
    UPDATE head SET size = head.size + 1;
END $$;

-- Four eyes, as persons; who audits does not work on it, and the other way round.
CREATE OR REPLACE FUNCTION regelruimte_apart(subject text, kind text, entry jsonb, data jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    audits text[] := ARRAY['finding', 'follow-up'];
    works text[] := ARRAY['submit', 'advise', 'agree', 'decide', 'deem', 'condition', 'answer'];
    done text[] := ARRAY(
        SELECT DISTINCT e.kind FROM entry e
        WHERE e.subject = regelruimte_apart.subject AND convert_from(e.content, 'UTF8')::jsonb ->> 'actor' = session_user
    );
BEGIN
    IF (kind = 'decide' AND done && ARRAY['submit', 'advise']) OR (kind = 'advise' AND 'submit' = ANY (done))
        OR (kind = ANY (audits) AND done && works) OR (kind = ANY (works) AND done && audits) THEN
        PERFORM regelruimte_refuse(format('you did %s on %s', array_to_string(done, ', '), subject));
    END IF;
    IF kind = 'submit' AND lower(data -> 'about' ->> 'municipality') IS DISTINCT FROM data ->> 'body' THEN
        PERFORM regelruimte_refuse('a measure is submitted by the body that it is of');
    END IF;
    IF kind = 'decide' AND (data ->> 'seen')::int IS DISTINCT FROM (
        SELECT version FROM measure m WHERE m.name = regelruimte_apart.subject AND m.until IS NULL
    ) THEN PERFORM regelruimte_refuse('the decision is on another version'); END IF;
END $$;

-- Only what the entry names by hash: its own document, what its check read, the rules, and the files of the rules.
CREATE OR REPLACE FUNCTION regelruimte_documents(entry jsonb, data jsonb, documents bytea[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    document bytea;
    sha text;
    named text[] := ARRAY[entry ->> 'document', data ->> 'rules'];
BEGIN
    IF jsonb_typeof(data -> 'receipt') = 'object' THEN
        named := named || ARRAY(SELECT value FROM jsonb_each_text(data -> 'receipt'));
    END IF;
    FOREACH document IN ARRAY documents LOOP
        IF encode(sha256(document), 'hex') = data ->> 'rules' THEN
            named := named || ARRAY(SELECT value FROM jsonb_each_text(convert_from(document, 'UTF8')::jsonb -> 'files'));
        END IF;
    END LOOP;
    FOREACH document IN ARRAY documents LOOP
        sha := encode(sha256(document), 'hex');
        IF NOT sha = ANY (array_remove(named, NULL)) THEN PERFORM regelruimte_refuse(format('nothing names document %s', sha)); END IF;
        INSERT INTO document (sha256, content) VALUES (sha, document) ON CONFLICT DO NOTHING;
    END LOOP;
    IF entry ->> 'document' IS NOT NULL AND NOT EXISTS (SELECT FROM document d WHERE d.sha256 = entry ->> 'document') THEN
        PERFORM regelruimte_refuse(format('document %s is not here', entry ->> 'document'));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION regelruimte_erase(subject text, data jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM role WHERE person = subject AND regelruimte_today() <= last) THEN
        PERFORM regelruimte_refuse(format('%s still acts', subject));
    END IF;
    DELETE FROM person p WHERE p.id = subject AND to_jsonb(p.entry) IN (SELECT jsonb_array_elements(data -> 'names'));
END $$;

-- The tree of RFC 6962: the leaf, and each subtree that it completes (registry/audit/tree.py).
CREATE OR REPLACE FUNCTION regelruimte_grow(number bigint, content bytea) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bytea := sha256('\x00'::bytea || content);
    at_level int := 0;
    place bigint := number;
BEGIN
    INSERT INTO node (level, position, hash) VALUES (0, place, made);
    WHILE place % 2 = 1 LOOP
        made := sha256('\x01'::bytea || (SELECT hash FROM node n WHERE n.level = at_level AND n.position = place - 1) || made);
        at_level := at_level + 1;
        place := place / 2;
        INSERT INTO node (level, position, hash) VALUES (at_level, place, made);
    END LOOP;
END $$;

-- The rows of the measure: its line moves as the act says, other columns change only where the act may change them, and what is
-- granted is what the entry says.
CREATE OR REPLACE FUNCTION regelruimte_project(
    subject text, kind text, data jsonb, asks server_act, number bigint, measure jsonb, exemptions jsonb
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    now_row jsonb := (SELECT to_jsonb(m) - '{since,until}'::text[] FROM measure m WHERE m.name = subject AND m.until IS NULL);
    now_rows jsonb := (
        SELECT coalesce(jsonb_agg(to_jsonb(x) - '{id,since,until}'::text[]), '[]') FROM exemption x WHERE x.measure = subject AND x.until IS NULL
    );
    was jsonb := coalesce(now_row, (SELECT blank || jsonb_build_object('name', subject) FROM server_blank));
    stands text := was ->> asks.line;
    line text;
    states jsonb;
    changed text;
BEGIN
    IF measure ->> 'name' IS DISTINCT FROM subject OR jsonb_path_exists(exemptions, '$[*] ? (@.measure != $name)', jsonb_build_object('name', subject)) THEN
        PERFORM regelruimte_refuse('rows of another measure');
    END IF;
    IF stands IS NULL OR NOT stands = ANY (asks.from_states) THEN PERFORM regelruimte_refuse(format('cannot %s: %s is %s', kind, asks.line, stands)); END IF;
    FOR line, states IN SELECT * FROM jsonb_each(asks.needs) LOOP
        IF NOT states ? (was ->> line) THEN PERFORM regelruimte_refuse(format('cannot %s: %s is %s', kind, line, was ->> line)); END IF;
    END LOOP;
    IF asks.to_states <> '{}' AND NOT measure ->> asks.line = ANY (asks.to_states)
        OR (kind = 'decide' AND measure ->> asks.line IS DISTINCT FROM data ->> 'outcome') THEN
        PERFORM regelruimte_refuse(format('%s does not lead to %s', kind, measure ->> asks.line));
    END IF;
    FOR changed IN SELECT key FROM jsonb_object_keys(was || measure) key WHERE was -> key IS DISTINCT FROM measure -> key LOOP
        IF NOT changed = ANY (asks.changes) THEN PERFORM regelruimte_refuse(format('%s does not change %s', kind, changed)); END IF;
    END LOOP;
    IF kind = 'submit' AND (measure ->> 'version')::int <> (was ->> 'version')::int + 1 THEN
        PERFORM regelruimte_refuse('not the next version');
    END IF;
    PERFORM regelruimte_granted(kind, data, measure, now_rows, exemptions);

    UPDATE measure m SET until = number
        WHERE m.name = subject AND m.until IS NULL AND to_jsonb(m) - '{since,until}'::text[] <> regelruimte_project.measure;
    IF now_row IS DISTINCT FROM measure THEN
        INSERT INTO measure SELECT (jsonb_populate_record(NULL::measure, regelruimte_project.measure || jsonb_build_object('since', number, 'until', NULL))).*;
    END IF;
    UPDATE exemption x SET until = number
        WHERE x.measure = subject AND x.until IS NULL AND NOT exemptions @> jsonb_build_array(to_jsonb(x) - '{id,since,until}'::text[]);
    INSERT INTO exemption (since, until, measure, part, area, instrument, municipality, first, first_last, last_first, last, begins, ends)
        SELECT number, NULL, x.measure, x.part, x.area, x.instrument, x.municipality, x.first, x.first_last, x.last_first, x.last, x.begins, x.ends
        FROM jsonb_array_elements(exemptions) one, jsonb_populate_record(NULL::exemption, one) x
        WHERE NOT now_rows @> jsonb_build_array(one);
END $$;

-- A grant brings what its entry says; an end shortens what there is; nothing else touches exemptions.
CREATE OR REPLACE FUNCTION regelruimte_granted(kind text, data jsonb, measure jsonb, now_rows jsonb, exemptions jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb;
BEGIN
    IF kind IN ('decide', 'deem') THEN
        SELECT coalesce(jsonb_agg(each - '{first,last}'::text[] || jsonb_build_object(
            'measure', measure ->> 'name',
            'first', (regelruimte_days(each ->> 'first'))[1], 'first_last', (regelruimte_days(each ->> 'first'))[2],
            'last_first', (regelruimte_days(each ->> 'last'))[1], 'last', (regelruimte_days(each ->> 'last'))[2],
            'begins', (regelruimte_days(each ->> 'first'))[2], 'ends', (regelruimte_days(each ->> 'last'))[1]
        )), '[]') INTO said FROM jsonb_array_elements(data -> 'exemptions') each;
    ELSIF kind IN ('annul', 'withdraw', 'correct') THEN
        SELECT coalesce(jsonb_agg(each - 'ends'), '[]') INTO said FROM jsonb_array_elements(now_rows) each;
        SELECT coalesce(jsonb_agg(each - 'ends'), '[]') INTO exemptions FROM jsonb_array_elements(exemptions) each;
    ELSE
        said := now_rows;
    END IF;
    IF NOT (said @> exemptions AND exemptions @> said AND jsonb_array_length(said) = jsonb_array_length(exemptions)) THEN
        PERFORM regelruimte_refuse(format('%s does not bring these exemptions', kind));
    END IF;
END $$;

DO $$
DECLARE
    made regprocedure;
    name text;
BEGIN
    FOR made IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.proname LIKE 'regelruimte\_%' AND p.pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO regelruimte_owner', made);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
    END LOOP;
    GRANT EXECUTE ON FUNCTION regelruimte_reads(), regelruimte_names(), regelruimte_hold(),
        regelruimte_record(bytea, bytea[], jsonb, jsonb) TO regelruimte_person;
    FOREACH name IN ARRAY ARRAY['entry', 'node', 'document', 'head', 'role', 'measure', 'exemption', 'person'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('DROP POLICY IF EXISTS owner ON %I', name);
        EXECUTE format('DROP POLICY IF EXISTS reads ON %I', name);
        EXECUTE format('CREATE POLICY owner ON %I TO regelruimte_owner USING (true) WITH CHECK (true)', name);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT TO regelruimte_person USING ((SELECT regelruimte_reads())%s)', name,
            CASE WHEN name = 'person' THEN ' AND id IN (SELECT regelruimte_names())' ELSE '' END);
    END LOOP;
END $$;
