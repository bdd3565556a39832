import { IAM_ROLE } from './iam-role';
import { nameText, quotedName, quotedText } from './quoted';
import { ScramVerifier } from './scram';
import { RAISED } from './sql';
import { KEEPER_MARK } from '../../src/contract/database-users';

/**
 * Statements for PostgreSQL. Each is one `DO` block, which is one transaction: what it checks holds for what it does, and a process that dies leaves all or nothing of it. No colon is in any of them, because
 * the Data API takes one as the beginning of a parameter.
 */

const OID = (name: string): string => `(SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ${nameText(name)})`;
const COMMENT = (name: string): string => `pg_catalog.shobj_description(${OID(name)}, 'pg_authid')`;
const raise = (condition: string, code: string): string => `IF ${condition} THEN RAISE EXCEPTION USING ERRCODE = '${code}'; END IF;`;
/** Attributes of a role that does more than read and write data. */
const MIGHT = 'rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls';
/** Catalogues only: what others put into a schema of the same name as one of ours must not be called. */
const block = (lines: readonly string[], declarations = ''): string => `DO $nhi$ ${declarations} BEGIN SET LOCAL search_path = pg_catalog, pg_temp; ${lines.join(' ')} END $nhi$`;

/*
 * The statements that are no block run with the search path of the session, of which an owner of the database or of a schema in it decides. So every name and operator in them says that it is of the catalogue:
 * an operator of another schema would be taken before one of the catalogue that needs a conversion, and would run with the rights of the administering user.
 * https://www.postgresql.org/docs/current/typeconv-oper.html
 */
const [TEXT, EQUALS, DIFFERS] = ['pg_catalog.text', 'OPERATOR(pg_catalog.=)', 'OPERATOR(pg_catalog.<>)'];

/** What there is of a user: whether it can log in, its comment, and its sessions on this instance. No row: there is no such user. */
export const LOOK = `SELECT CAST(r.rolcanlogin AS ${TEXT}), COALESCE(pg_catalog.shobj_description(r.oid, 'pg_authid'), ''),
  (SELECT CAST(pg_catalog.count(*) AS ${TEXT}) FROM pg_catalog.pg_stat_activity a WHERE a.usesysid ${EQUALS} r.oid AND a.pid ${DIFFERS} pg_catalog.pg_backend_pid())
  FROM pg_catalog.pg_roles r WHERE r.rolname ${EQUALS} CAST(:name AS ${TEXT})`;

/** Ends the sessions of a user on this instance. */
export const END_SESSIONS = `SELECT CAST(pg_catalog.pg_terminate_backend(a.pid) AS ${TEXT}) FROM pg_catalog.pg_stat_activity a
  WHERE a.usename ${EQUALS} CAST(:name AS ${TEXT}) AND a.pid ${DIFFERS} pg_catalog.pg_backend_pid()`;

/** Databases in which a user owns something or is granted something. What belongs to no database, such as the right to connect to one, is worked on in the one that it runs in. */
export const DATABASES_OF = `SELECT DISTINCT d.datname FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_roles r ON r.oid ${EQUALS} s.refobjid
  JOIN pg_catalog.pg_database d ON d.oid ${EQUALS} s.dbid OR (s.dbid ${EQUALS} CAST(0 AS pg_catalog.oid) AND d.datname ${EQUALS} pg_catalog.current_database())
  WHERE s.refclassid ${EQUALS} CAST(CAST('pg_catalog.pg_authid' AS pg_catalog.regclass) AS pg_catalog.oid) AND r.rolname ${EQUALS} CAST(:name AS ${TEXT})`;

/** The user must be marked as the agent's. */
function requireMark(user: string, mark: string): string {
  return raise(`${COMMENT(user)} IS DISTINCT FROM ${quotedText(mark)}`, RAISED.foreign);
}

/** Makes the user if it does not exist, and gives it exactly the declared roles. A user of the same name that somebody else made is left as it is. */
export function make(user: string, mark: string, roles: readonly string[], isNew: boolean): string {
  const undeclared = `pg_auth_members m JOIN pg_roles b ON b.oid = m.roleid WHERE m.member = ${OID(user)} AND b.rolname <> ALL (CAST(ARRAY[${roles.map(nameText).join(', ')}] AS text[]))`;
  return block([
    `IF ${OID(user)} IS NULL THEN CREATE ROLE ${quotedName(user)} LOGIN; COMMENT ON ROLE ${quotedName(user)} IS ${quotedText(mark)}; END IF;`,
    requireMark(user, mark),
    ...(isNew ? [raise(`NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = ${nameText(user)})`, RAISED.locked)] : []),
    // A membership counts with all that it is a member of.
    ...roles.filter((role) => role !== IAM_ROLE).map((role) => raise(
      `${OID(role)} IS NULL OR EXISTS (WITH RECURSIVE has(id) AS (SELECT ${OID(role)} UNION SELECT m.roleid FROM pg_auth_members m JOIN has ON m.member = has.id) `
      + `SELECT FROM pg_roles WHERE oid IN (SELECT id FROM has) AND (${MIGHT} OR rolname ~ '^(pg_|rds)'))`, RAISED.mighty)),
    `FOR other IN SELECT b.rolname FROM ${undeclared} LOOP EXECUTE format('REVOKE %I FROM %I', other, ${nameText(user)}); END LOOP;`,
    // From version 16 on, a grant by somebody else is not revoked, and that is no error.
    raise(`EXISTS (SELECT FROM ${undeclared})`, RAISED.others),
    // Without the right to give a role to others, which would outlive the user.
    ...roles.map((role) => `GRANT ${quotedName(role)} TO ${quotedName(user)}; REVOKE ADMIN OPTION FOR ${quotedName(role)} FROM ${quotedName(user)};`),
    memberOf(user),
  ], 'DECLARE other pg_catalog.name;');
}

/** Locks or unlocks the user. */
export function setLogin(user: string, mark: string, canLogIn: boolean): string {
  return block([requireMark(user, mark), `ALTER ROLE ${quotedName(user)} ${canLogIn ? 'LOGIN' : 'NOLOGIN'};`, memberOf(user)]);
}

/** Sets a password by what PostgreSQL keeps of it. */
export function setPassword(user: string, mark: string, { method, salt, storedKey, serverKey }: ScramVerifier): string {
  const [head, key] = [quotedText(method), quotedText(storedKey)];
  return block([
    requireMark(user, mark),
    `EXECUTE format('ALTER ROLE %I PASSWORD %L', ${nameText(user)}, concat(${head}, chr(58), ${quotedText(salt)}, '$', ${key}, chr(58), ${quotedText(serverKey)}));`,
  ]);
}

/** In one database: gives what the user owns to the keeper, and revokes all that the user was granted. The keeper is made if it does not exist. */
export function disown(user: string, mark: string, keeper: string): string {
  return block([
    requireMark(user, mark),
    `IF ${OID(keeper)} IS NULL THEN CREATE ROLE ${quotedName(keeper)} NOLOGIN; COMMENT ON ROLE ${quotedName(keeper)} IS ${quotedText(KEEPER_MARK)}; END IF;`,
    // A function or a view of the agent runs with the rights of its owner, so its new owner must have none.
    raise(`${COMMENT(keeper)} IS DISTINCT FROM ${quotedText(KEEPER_MARK)} OR EXISTS (SELECT FROM pg_roles WHERE rolname = ${nameText(keeper)} AND (rolcanlogin OR ${MIGHT})) `
      + `OR EXISTS (SELECT FROM pg_auth_members WHERE member = ${OID(keeper)})`, RAISED.keeper),
    memberOf(user),
    memberOf(keeper),
    `REASSIGN OWNED BY ${quotedName(user)} TO ${quotedName(keeper)};`,
    `DROP OWNED BY ${quotedName(user)};`,
  ]);
}

export function drop(user: string, mark: string): string {
  return block([`IF ${OID(user)} IS NOT NULL THEN ${requireMark(user, mark)} DROP ROLE ${quotedName(user)}; END IF;`]);
}

/** Who administers without being a superuser must be a member of a role to end its sessions and to give away what it owns. */
function memberOf(role: string): string {
  return `IF NOT pg_has_role(current_user, ${nameText(role)}, 'USAGE') THEN EXECUTE format('GRANT %I TO %I', ${nameText(role)}, current_user); END IF;`;
}
