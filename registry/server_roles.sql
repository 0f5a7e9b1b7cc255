-- What a person with a login may do on a PostgreSQL register: read, and record acts through one function that looks at each as
-- registry/guards.py does, as far as a database can. Run by an administrator; running it again is harmless. Source: audit.md 5.1.
--
-- What somebody may do follows from the table `role`, which follows from the log and has days: membership of a group of the
-- server could not say for which body and until when. So there are two groups only: who owns the tables, with which nobody logs
-- in, and who may ask.
DO $$ BEGIN CREATE ROLE regelruimte_owner NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE regelruimte_person NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- An administrator who is no superuser goes on as one of the owners: to bring the register up to date, and to let people in.
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN GRANT regelruimte_owner TO CURRENT_USER; END IF;
END $$;

-- What registry/server_roles.py says of the acts, from registry/lifecycle.yaml: made anew each time.
DROP TABLE IF EXISTS server_act, server_field, server_blank CASCADE;
CREATE TABLE server_act (
    act text PRIMARY KEY, role text NOT NULL, line text NOT NULL, from_states text[] NOT NULL, to_states text[] NOT NULL,
    needs jsonb NOT NULL, guards text[] NOT NULL
);
-- What the data of an act hold: without it, whoever reads the log stumbles, and a log cannot be mended.
CREATE TABLE server_field (
    act text NOT NULL, path text[] NOT NULL, shape text NOT NULL, choices text[] NOT NULL, needed boolean NOT NULL,
    PRIMARY KEY (act, path)
);
-- A measure before anything happened to it.
CREATE TABLE server_blank (id int PRIMARY KEY CHECK (id = 1), blank jsonb NOT NULL);

-- Whatever rights were given before, to a login of the application for one, end here: they would be a way past the function.
-- (So do those that a database gives by default to whom it was told to.)
DO $$
DECLARE
    name text;
    other text;
BEGIN
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
    -- a function that somebody else could make here, with better fitting arguments, would run with the rights of the owner
    FOR other IN
        SELECT DISTINCT CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END
        FROM pg_namespace place, aclexplode(place.nspacl) given
        WHERE place.nspname = 'public' AND given.privilege_type = 'CREATE' AND given.grantee <> place.nspowner
    LOOP EXECUTE format('REVOKE CREATE ON SCHEMA public FROM %s', other); END LOOP;
    GRANT USAGE, CREATE ON SCHEMA public TO regelruimte_owner;
    GRANT USAGE ON SCHEMA public TO regelruimte_person;
    FOREACH name IN ARRAY ARRAY[
        'alembic_version', 'entry', 'node', 'document', 'head', 'role', 'measure', 'exemption', 'person', 'server_act', 'server_field',
        'server_blank'
    ] LOOP
        EXECUTE format('ALTER TABLE %I OWNER TO regelruimte_owner', name);
        FOR other IN
            SELECT DISTINCT CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END
            FROM pg_class made, LATERAL (
                SELECT grantee FROM aclexplode(made.relacl)
                UNION SELECT held.grantee FROM pg_attribute part, aclexplode(part.attacl) held WHERE part.attrelid = made.oid
            ) given
            WHERE made.oid = name::regclass AND given.grantee <> made.relowner
        LOOP EXECUTE format('REVOKE ALL ON TABLE %I FROM %s', name, other); END LOOP;
        IF name NOT LIKE 'server%' THEN EXECUTE format('GRANT SELECT ON TABLE %I TO regelruimte_person', name); END IF;
    END LOOP;
END $$;

-- Refuses what is false, and what is unknown: in SQL a comparison with nothing is neither.
CREATE OR REPLACE FUNCTION regelruimte_must(holds boolean, says text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ BEGIN
    IF holds IS NOT TRUE THEN RAISE EXCEPTION 'regelruimte: %', says USING ERRCODE = 'insufficient_privilege'; END IF;
END $$;

-- By the clock: now() is when a transaction began, and who keeps one open would keep a role that has ended.
CREATE OR REPLACE FUNCTION regelruimte_today() RETURNS date LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date $$;

-- A refusal and not an empty answer: a register that looks empty would be a lie.
CREATE OR REPLACE FUNCTION regelruimte_reads() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM regelruimte_must(
        EXISTS (SELECT FROM role WHERE person = session_user AND regelruimte_today() BETWEEN first AND last),
        format('%s has no role in this register today', session_user)
    );
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

-- JSON as registry/entries.py writes it (rules/canonical.py): the bytes of the log are what is hashed and signed.
CREATE OR REPLACE FUNCTION regelruimte_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN RETURN '{' || coalesce((
            SELECT string_agg(to_json(name)::text || ':' || regelruimte_canonical(each), ',' ORDER BY name COLLATE "C")
            FROM jsonb_each(value) part (name, each)
        ), '') || '}';
        WHEN 'array' THEN RETURN '[' || coalesce((
            SELECT string_agg(regelruimte_canonical(each), ',' ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY part (each, place)
        ), '') || ']';
        WHEN 'number' THEN PERFORM regelruimte_must(value::text ~ '^(0|-?[1-9][0-9]{0,14})$', format('%s is no whole number', value));
        ELSE NULL;
    END CASE;
    RETURN value::text;
END $$;

CREATE OR REPLACE FUNCTION regelruimte_is_day(written text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT written ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND written::date IS NOT NULL $$;

-- The one way in. `content` is the entry as canonical JSON, `documents` what it names by hash, `measure` and `exemptions` the rows
-- that the measure comes to. What a database cannot tell (the check, whether a document is what it should be, who must agree) an
-- audit tells. One function and not one for each act: what it asks is the same for all, and the rest stands in tables.
CREATE OR REPLACE FUNCTION regelruimte_record(content bytea, documents bytea[], measure jsonb, exemptions jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry jsonb := convert_from(content, 'UTF8')::jsonb;
    data jsonb := entry -> 'data';
    subject text := entry ->> 'subject';
    kind text := entry ->> 'kind';
    asks server_act;
    size bigint;
BEGIN
    PERFORM regelruimte_hold();
    SELECT head.size INTO size FROM head;
    SELECT * INTO asks FROM server_act WHERE act = kind;
    PERFORM regelruimte_must(FOUND, format('an entry of the kind %s is for the administrator', kind));
    PERFORM regelruimte_must((entry ->> 'number')::bigint = size, 'not the next number of the log');
    PERFORM regelruimte_must(NOT data ? 'history', 'the past is loaded by the administrator');

    -- who
    PERFORM regelruimte_must(entry ->> 'actor' = session_user, format('you are %s', session_user));
    PERFORM regelruimte_must(asks.role IN ('any', entry ->> 'role'), format('%s is for a %s', kind, asks.role));
    PERFORM regelruimte_must(EXISTS (
        SELECT FROM role WHERE person = session_user AND role.role = entry ->> 'role' AND body = data ->> 'body'
        AND regelruimte_today() BETWEEN first AND last
    ), format('no %s for %s today', entry ->> 'role', data ->> 'body'));

    PERFORM regelruimte_written(entry, content);
    PERFORM regelruimte_in_time(entry ->> 'recorded', size);
    PERFORM regelruimte_shaped(kind, data);

    -- what
    PERFORM regelruimte_documents(entry, data, documents);
    IF kind = 'erase' THEN PERFORM regelruimte_erase(subject, data);
    ELSE PERFORM regelruimte_project(entry, asks, measure, exemptions); END IF;
    INSERT INTO entry (number, id, kind, subject, recorded, content)
        VALUES (size, entry ->> 'id', kind, subject, entry ->> 'recorded', regelruimte_record.content);
    PERFORM regelruimte_grow(size, content);
    UPDATE head SET size = head.size + 1;
END $$;

-- An entry has these parts, of these types, and is written in the one way.
CREATE OR REPLACE FUNCTION regelruimte_written(entry jsonb, content bytea) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM regelruimte_must(
        jsonb_typeof(entry -> 'data') = 'object' AND entry = jsonb_build_object(
            'v', 1, 'number', (entry ->> 'number')::bigint, 'kind', entry ->> 'kind', 'id', entry ->> 'id',
            'subject', entry ->> 'subject', 'actor', entry ->> 'actor', 'role', entry ->> 'role',
            'recorded', entry ->> 'recorded', 'document', entry ->> 'document', 'data', entry -> 'data'
        ), 'an entry has other parts');
    PERFORM regelruimte_must(convert_to(regelruimte_canonical(entry), 'UTF8') = content, 'an entry is written in another way');
END $$;

-- No earlier than the entry before it, and now; an act that was prepared for a while says when that began.
CREATE OR REPLACE FUNCTION regelruimte_in_time(written text, number bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before text := (SELECT e.recorded FROM entry e WHERE e.number = regelruimte_in_time.number - 1);
BEGIN
    PERFORM regelruimte_must(
        written ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}[+]00:00$',
        format('recorded at %s, and a moment is written otherwise', written));
    PERFORM regelruimte_must(
        coalesce(written::timestamptz >= before::timestamptz, true) AND (written = before OR written::timestamptz BETWEEN
            clock_timestamp() - interval '15 minutes' AND clock_timestamp() + interval '5 minutes'),
        format('recorded at %s, and it is %s', written, clock_timestamp()));
END $$;

-- What the data of an act must hold, and in which shape.
CREATE OR REPLACE FUNCTION regelruimte_shaped(kind text, data jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    field server_field;
    value jsonb;
BEGIN
    FOR field IN SELECT * FROM server_field WHERE act = kind LOOP
        value := data #> field.path;
        CONTINUE WHEN value IS NULL AND NOT field.needed;
        PERFORM regelruimte_must(CASE field.shape
            WHEN 'day' THEN jsonb_typeof(value) = 'string' AND regelruimte_is_day(value #>> '{}')
            WHEN 'choice' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' = ANY (field.choices)
            WHEN 'text' THEN jsonb_typeof(value) = 'string'
            WHEN 'number' THEN jsonb_typeof(value) = 'number'
            WHEN 'texts' THEN jsonb_typeof(value) = 'array' AND regelruimte_all(value, 'string')
            WHEN 'objects' THEN jsonb_typeof(value) = 'array' AND regelruimte_all(value, 'object')
            WHEN 'named' THEN jsonb_typeof(value) = 'object' AND regelruimte_all(jsonb_path_query_array(value, '$.*'), 'string')
        END, format('%s does not say its %s as a %s', kind, array_to_string(field.path, '.'), field.shape));
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION regelruimte_all(many jsonb, type text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS
$$ SELECT NOT EXISTS (SELECT FROM jsonb_array_elements(many) each WHERE jsonb_typeof(each) <> type) $$;

-- The guards of registry/guards.py, as far as the log and the rows of the measure tell; the others are for an audit. `was` is the
-- measure before the act.
CREATE OR REPLACE FUNCTION regelruimte_guarded(entry jsonb, guards text[], was jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    data jsonb := entry -> 'data';
    kind text := entry ->> 'kind';
    earlier jsonb[] := ARRAY(
        SELECT convert_from(e.content, 'UTF8')::jsonb FROM entry e
        WHERE e.subject = entry ->> 'subject' AND e.kind NOT IN ('person', 'erase') ORDER BY e.number
    );
    done text[] := ARRAY(SELECT DISTINCT each ->> 'kind' FROM unnest(earlier) each WHERE each ->> 'actor' = session_user);
    named jsonb := (SELECT each FROM unnest(earlier) each WHERE each -> 'number' = data -> 'entry');
    finding jsonb := (
        SELECT each FROM unnest(earlier) each WHERE each ->> 'kind' = 'finding' AND each -> 'number' = data -> 'finding'
    );
    concerned text := (
        SELECT each -> 'data' ->> 'body' FROM unnest(earlier) each WHERE each -> 'number' = finding -> 'data' -> 'entry'
    );
    day date := data ->> 'on';
    guard text;
BEGIN
    IF kind IN ('publish', 'agree', 'evaluate', 'condition', 'decide') THEN
        PERFORM regelruimte_must(day <= regelruimte_today(), format('%s has not come yet', day));
    END IF;
    FOREACH guard IN ARRAY guards LOOP
        PERFORM regelruimte_must(CASE guard
            WHEN 'own-measure' THEN lower(data -> 'about' ->> 'municipality') = data ->> 'body' AND NOT EXISTS (
                SELECT FROM unnest(earlier) each
                WHERE each ->> 'kind' = 'submit' AND each -> 'data' ->> 'body' IS DISTINCT FROM data ->> 'body'
            )
            WHEN 'other-than-submitter' THEN NOT 'submit' = ANY (done)
            WHEN 'other-than-adviser' THEN NOT 'advise' = ANY (done)
            WHEN 'other-than-auditor' THEN NOT done && ARRAY['finding', 'follow-up']
            WHEN 'independent' THEN NOT done && ARRAY['submit', 'advise', 'agree', 'decide', 'deem', 'condition', 'answer']
            WHEN 'reasons' THEN data ->> 'reasons' ~ '\S'
            WHEN 'mandate' THEN data ->> 'mandate' ~ '\S'
            WHEN 'version-seen' THEN data -> 'seen' = was -> 'version'
            -- only a check can tell which ministers are concerned; that it is one's own a database can
            WHEN 'concerned' THEN data ->> 'minister' = data ->> 'body'
            WHEN 'exact-term' THEN (data ->> 'outcome' = 'refused') = (jsonb_array_length(data -> 'exemptions') = 0)
            WHEN 'not-before-decision' THEN coalesce(day >= (was ->> 'decided')::date, was ->> 'decided' IS NULL)
            WHEN 'not-before-suspension' THEN day >= ((was ->> 'suspensions')::jsonb -> -1 ->> 0)::date
            WHEN 'condition-of-grant' THEN (data ->> 'condition')::int BETWEEN 1 AND (
                SELECT jsonb_array_length(each -> 'data' -> 'conditions') FROM unnest(earlier) each
                WHERE each ->> 'kind' = 'decide' ORDER BY (each ->> 'number')::bigint DESC LIMIT 1
            )
            WHEN 'about-an-act' THEN named ->> 'kind' NOT IN ('finding', 'follow-up', 'answer')
            WHEN 'open-finding' THEN finding IS NOT NULL AND coalesce((
                SELECT each -> 'data' ->> 'state' <> 'closed' FROM unnest(earlier) each
                WHERE each ->> 'kind' = 'follow-up' AND each -> 'data' -> 'finding' = data -> 'finding'
                ORDER BY (each ->> 'number')::bigint DESC LIMIT 1
            ), true)
            WHEN 'body-concerned' THEN coalesce(nullif(concerned, '') = data ->> 'body', entry ->> 'role' = 'registrar')
            WHEN 'correctable' THEN named ->> 'kind' NOT IN ('decide', 'submit', 'deem', 'correct') AND data -> 'set' <> '{}'
                AND (data -> 'set') - '{on,from,where}'::text[] = '{}'
                AND (named -> 'data') ?& ARRAY(SELECT jsonb_object_keys(data -> 'set'))
            WHEN 'other-than-recorder' THEN named ->> 'actor' <> session_user
            WHEN 'days-in-order' THEN coalesce((data -> 'set' ->> 'on')::date BETWEEN
                CASE WHEN named ->> 'kind' IN ('publish', 'withdraw') THEN coalesce((was ->> 'decided')::date, '-infinity') ELSE '-infinity' END
                AND CASE WHEN named ->> 'kind' IN ('publish', 'agree') THEN regelruimte_today() ELSE 'infinity' END, true)
            ELSE true
        END, CASE WHEN guard IN ('other-than-submitter', 'other-than-adviser', 'other-than-auditor', 'independent')
            THEN format('you did %s on %s', array_to_string(done, ', '), entry ->> 'subject') ELSE format('%s: %s', kind, guard) END);
    END LOOP;
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
        PERFORM regelruimte_must(sha = ANY (array_remove(named, NULL)), format('nothing names document %s', sha));
        INSERT INTO document (sha256, content) VALUES (sha, document) ON CONFLICT DO NOTHING;
    END LOOP;
    PERFORM regelruimte_must(
        (entry ->> 'document' IS NULL AND entry ->> 'kind' NOT IN ('submit', 'decide'))
            OR EXISTS (SELECT FROM document d WHERE d.sha256 = entry ->> 'document'),
        format('document %s is not here', entry ->> 'document'));
END $$;

CREATE OR REPLACE FUNCTION regelruimte_erase(subject text, data jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM regelruimte_must(data ->> 'reasons' ~ '\S', 'erase: reasons');
    PERFORM regelruimte_must(
        NOT EXISTS (SELECT FROM role WHERE person = subject AND regelruimte_today() <= last), format('%s still acts', subject));
    PERFORM regelruimte_must(
        data -> 'names' = (SELECT jsonb_agg(p.entry ORDER BY p.entry) FROM person p WHERE p.id = subject),
        format('these are not the names of %s', subject));
    DELETE FROM person p WHERE p.id = subject;
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

-- The rows of the measure are those that the act comes to.
CREATE OR REPLACE FUNCTION regelruimte_project(entry jsonb, asks server_act, measure jsonb, exemptions jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    subject text := entry ->> 'subject';
    kind text := entry ->> 'kind';
    number bigint := entry ->> 'number';
    now_row jsonb := (SELECT to_jsonb(m) - '{since,until}'::text[] FROM measure m WHERE m.name = subject AND m.until IS NULL);
    now_rows jsonb := (
        SELECT coalesce(jsonb_agg(to_jsonb(x) - '{id,since,until}'::text[]), '[]') FROM exemption x WHERE x.measure = subject AND x.until IS NULL
    );
    was jsonb := coalesce(now_row, (SELECT blank || jsonb_build_object('name', subject) FROM server_blank));
    made jsonb;
    line text;
    states jsonb;
    changed text;
BEGIN
    PERFORM regelruimte_must(
        jsonb_typeof(exemptions) = 'array' AND measure ->> 'name' = subject
            AND NOT jsonb_path_exists(exemptions, '$[*] ? (@.measure != $name)', jsonb_build_object('name', subject)),
        'rows of another measure');
    PERFORM regelruimte_must(was ->> asks.line = ANY (asks.from_states), format('cannot %s: %s is %s', kind, asks.line, was ->> asks.line));
    FOR line, states IN SELECT * FROM jsonb_each(asks.needs) LOOP
        PERFORM regelruimte_must(states ? (was ->> line), format('cannot %s: %s is %s', kind, line, was ->> line));
    END LOOP;
    PERFORM regelruimte_guarded(entry, asks.guards, was);

    made := regelruimte_moved(entry, asks, was, measure, now_rows);
    PERFORM regelruimte_must(
        asks.to_states = '{}' OR measure ->> asks.line = made ->> asks.line,
        format('%s does not lead to %s', kind, measure ->> asks.line));
    PERFORM regelruimte_must(measure -> 'version' = made -> 'version', 'not the next version');
    FOR changed IN SELECT key FROM jsonb_object_keys(made || measure) key WHERE made -> key IS DISTINCT FROM measure -> key LOOP
        PERFORM regelruimte_must(false, format('%s does not change %s in that way', kind, changed));
    END LOOP;
    PERFORM regelruimte_must(
        ARRAY(SELECT each FROM jsonb_array_elements(exemptions) each ORDER BY each)
            = ARRAY(SELECT each FROM jsonb_array_elements(regelruimte_granted(entry, made, now_rows)) each ORDER BY each),
        format('%s does not bring these exemptions', kind));

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

-- What the measure is after the act, as registry/entries.py and projection.py make it. Taken as they are given: the words that a
-- search looks in, and the days of an act that is corrected.
CREATE OR REPLACE FUNCTION regelruimte_moved(entry jsonb, asks server_act, was jsonb, measure jsonb, now_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    data jsonb := entry -> 'data';
    about jsonb := data -> 'about';
    day jsonb := data -> 'on';
    outcome text := coalesce(data ->> 'outcome', asks.to_states[1]);
    suspended jsonb := (was ->> 'suspensions')::jsonb;
    corrected text := (
        SELECT e.kind FROM entry e WHERE e.number = (data ->> 'entry')::bigint AND e.subject = entry ->> 'subject' AND asks.act = 'correct'
    );
BEGIN
    IF asks.to_states <> '{}' THEN
        PERFORM regelruimte_must(outcome = ANY (asks.to_states), format('%s does not lead to %s', asks.act, outcome));
        was := was || jsonb_build_object(asks.line, outcome);
    END IF;
    RETURN was || CASE asks.act
        WHEN 'submit' THEN jsonb_build_object(
            'version', (was ->> 'version')::int + 1, 'document', entry -> 'document', 'verdict', data -> 'verdict',
            'title_nl', about -> 'title' -> 'nl', 'title_en', about -> 'title' -> 'en', 'municipality', about -> 'municipality',
            'areas', regelruimte_listed(about -> 'areas'), 'parts', regelruimte_listed(about -> 'parts'),
            'domains', regelruimte_listed(about -> 'domains'), 'instruments', regelruimte_listed(about -> 'instruments'),
            'words', measure -> 'words')
        WHEN 'decide' THEN jsonb_build_object(
            'decision', entry -> 'document', 'decided', day, 'decided_last', day, 'verdict', data -> 'verdict',
            'against_verdict', data -> 'against_verdict')
        WHEN 'deem' THEN jsonb_build_object(
            'decision', NULL, 'decided', day, 'decided_last', day, 'published', day, 'published_last', day, 'against_verdict', NULL)
        WHEN 'publish' THEN
            CASE WHEN was ->> 'procedure' = 'deemed' THEN '{}' ELSE jsonb_build_object('published', day, 'published_last', day) END
        WHEN 'suspend' THEN jsonb_build_object('suspensions', (suspended || jsonb_build_array(jsonb_build_array(day, NULL)))::text)
        WHEN 'resume' THEN jsonb_build_object(
            'suspensions', jsonb_set(suspended, ARRAY[(jsonb_array_length(suspended) - 1)::text, '1'], day)::text)
        WHEN 'annul' THEN jsonb_build_object('annulled', coalesce(
            data -> 'from', (SELECT to_jsonb(min(each ->> 'first')) FROM jsonb_array_elements(now_rows) each), day))
        WHEN 'withdraw' THEN jsonb_build_object('withdrawn', day)
        WHEN 'correct' THEN (SELECT coalesce(jsonb_object_agg(key, measure -> key), '{}') FROM unnest(CASE corrected
            WHEN 'publish' THEN ARRAY['published', 'published_last']
            WHEN 'withdraw' THEN ARRAY['withdrawn']
            WHEN 'annul' THEN ARRAY['annulled']
            WHEN 'suspend' THEN ARRAY['suspensions']
            WHEN 'resume' THEN ARRAY['suspensions']
            ELSE '{}'
        END) key)
        ELSE '{}'
    END;
END $$;

CREATE OR REPLACE FUNCTION regelruimte_listed(words jsonb) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg('|' || word, '' ORDER BY place), '') || '|'
    FROM jsonb_array_elements_text(words) WITH ORDINALITY part (word, place)
$$;

-- A grant brings what its entry says, on what the measure asks for; an end shortens what there is. `measure` is as it is after the act.
CREATE OR REPLACE FUNCTION regelruimte_granted(entry jsonb, measure jsonb, now_rows jsonb) RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each jsonb;
    said jsonb := '[]';
BEGIN
    IF entry ->> 'kind' IN ('decide', 'deem') THEN
        FOR each IN SELECT jsonb_array_elements(entry -> 'data' -> 'exemptions') LOOP
            PERFORM regelruimte_must(
                each - '{part,area,instrument,municipality,first,last}'::text[] = '{}'
                    AND regelruimte_all(jsonb_path_query_array(each, '$.*'), 'string')
                    AND regelruimte_is_day(each ->> 'first') AND regelruimte_is_day(each ->> 'last')
                    AND each -> 'municipality' = measure -> 'municipality'
                    AND position('|' || (each ->> 'part') || '|' IN measure ->> 'parts') > 0
                    AND position('|' || (each ->> 'instrument') || '|' IN measure ->> 'instruments') > 0
                    AND (each ->> 'area' = '' OR position('|' || (each ->> 'area') || '|' IN measure ->> 'areas') > 0),
                'an exemption on what the measure does not ask');
            said := said || jsonb_build_array(each || jsonb_build_object(
                'measure', measure ->> 'name', 'first_last', each -> 'first', 'last_first', each -> 'last', 'begins', each -> 'first'));
        END LOOP;
    ELSE
        said := now_rows;
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(one || jsonb_build_object('ends', greatest('0001-01-01', least(
        (one ->> 'last_first')::date, (measure ->> 'withdrawn')::date - 1, (measure ->> 'annulled')::date - 1
    )))), '[]') FROM jsonb_array_elements(said) one);
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
