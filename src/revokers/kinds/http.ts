import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { JSON_POINTER, RevokerSettings, URL_VARIABLES } from '../../contract/revokers';
import { shown } from '../../core/shown';
import { factsWith, invalid, placeholdersIn, plainLiteral, secretIn, urlTemplate } from '../checks';
import { RevokerFacts, RevokerProps } from '../revoker-props';

/** Method of a request that revokes or verifies. */
export enum RevokerMethod {
  /** GET */
  GET = 'GET',
  /** POST */
  POST = 'POST',
  /** PUT */
  PUT = 'PUT',
  /** PATCH */
  PATCH = 'PATCH',
  /** DELETE */
  DELETE = 'DELETE',
}

/** The request that shows whether the access is there. It is sent before the revocation, and after it. */
export interface HttpVerification {
  /** URL template, with the same variables as that of the revocation. */
  readonly url: string;

  /**
   * Method of the request. It must change nothing.
   *
   * @default RevokerMethod.GET
   */
  readonly method?: RevokerMethod;

  /**
   * Statuses that say that the access is there.
   *
   * @default [200]
   */
  readonly present?: number[];

  /**
   * Statuses that say that it no longer exists. With any status that is in neither list, the revocation stays open.
   *
   * @default [404, 410]
   */
  readonly absent?: number[];
}

/** A request that switches access off, or on again. */
export interface HttpChange {
  /** URL template, with the same variables as that of the revocation. */
  readonly url: string;

  /**
   * Method of the request. It is repeated if no answer comes, so it must do no harm a second time.
   *
   * @default RevokerMethod.POST
   */
  readonly method?: RevokerMethod;

  /**
   * JSON text that is sent, with the same variables inside of its texts.
   *
   * @default - no body
   */
  readonly body?: string;

  /**
   * Statuses of the answer with which the request has succeeded. Whether the access is switched off, only the verification says.
   *
   * @default [200, 202, 204]
   */
  readonly expected?: number[];
}

/**
 * How a suspension of the agent deactivates the access, and a resumption activates it again. What the verifying request answers has to tell the two apart: by `inactiveStatuses`, by `inactiveField`, or by both.
 */
export interface HttpSuspension {
  /** The request that deactivates. */
  readonly suspend: HttpChange;

  /** The request that activates again. It is sent only if the suspension found the access active. */
  readonly resume: HttpChange;

  /**
   * Statuses of the verifying request that say that the access is there and inactive.
   *
   * @default - none
   */
  readonly inactiveStatuses?: number[];

  /**
   * JSON Pointer (RFC 6901) to what says it in the answer of the verifying request, such as `/status`. The answer must then be a JSON object or array, with a status that says that the access is there.
   *
   * @default - none
   */
  readonly inactiveField?: string;

  /**
   * Values of `inactiveField` with which the access is inactive; numbers, `true` and `false` are compared as texts.
   *
   * @default - every value but `null`, `false`, an empty text and a missing one
   */
  readonly inactiveValues?: string[];
}

/** An API that revokes by one request. */
export interface HttpRevokerProps extends RevokerProps {
  /**
   * URL template of the request that revokes: https, with the variables `{agentName}`, `{account}`, `{registry}` and `{subject}` after the host. Their values are percent-encoded.
   */
  readonly url: string;

  /**
   * Method of the request. It is repeated if no answer comes, so it must do no harm a second time.
   *
   * @default RevokerMethod.DELETE
   */
  readonly method?: RevokerMethod;

  /**
   * JSON text that is sent, with the same variables inside of its texts.
   *
   * @default - no body
   */
  readonly body?: string;

  /**
   * Statuses of the answer with which the request has succeeded. Whether the access no longer exists, only the verification says.
   *
   * @default [200, 202, 204, 404, 410]
   */
  readonly expected?: number[];

  /** The request that shows whether the access is there. */
  readonly verify: HttpVerification;

  /**
   * How a suspension deactivates the access. An agent on Google can't have it.
   *
   * @default - a suspension changes nothing of it
   */
  readonly suspension?: HttpSuspension;

  /**
   * Secret of the registry's account with the credentials: a JSON object of texts. Its key `hosts` lists the hosts to which it may be sent, and its optional key `forAgents` the agents for which it may be
   * used, each separated by spaces.
   *
   * @default - none
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The same for an agent on Google, in the place of `secret`: the full name of a secret of Secret Manager, `projects/<project>/secrets/<id>`, or of a version of it, `.../versions/<number>`. The principal
   * that runs Terraform reads it when the agent leaves. Its value is in no plan, state or output.
   *
   * @default - none
   */
  readonly googleSecret?: string;

  /**
   * Headers of all these requests. `{key}` stands for the value of the secret's key, as in `Bearer {token}`.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

const HEADER = /^[A-Za-z0-9-]{1,64}$/;
/** Headers that say how the request itself is sent. */
const RESERVED = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** @throws InvalidInputError `RevokerInvalid`, and what texts and secrets fail with */
export function httpFacts(id: string, props: HttpRevokerProps): RevokerFacts {
  const { url, method, body, expected = [200, 202, 204, 404, 410], verify, headers, suspension } = props;
  const { present = [200], absent = [404, 410] } = verify ?? {};
  const { inactiveStatuses = [] } = suspension ?? {};
  const named = [present, absent, inactiveStatuses].flatMap((list) => (Array.isArray(list) ? [...new Set(list)] : []));
  if (named.length > new Set(named).size) {
    throw invalid(`a status in two of present, absent and inactiveStatuses of revoker ${shown(id)}`, 'each status in one list');
  }
  const { secretArn, ...secret } = secretIn(id, props) ?? {};
  return factsWith(id, props, {
    kind: 'http',
    onSuspend: suspension !== undefined,
    ...secret,
    settings: {
      url: urlTemplate('the url', url),
      method: methodOf(method ?? RevokerMethod.DELETE),
      expected: statuses('expected', expected),
      verifyUrl: urlTemplate('the url of verify', verify?.url),
      verifyMethod: methodOf(verify?.method ?? RevokerMethod.GET),
      present: statuses('present', present),
      absent: statuses('absent', absent),
      ...(secretArn === undefined ? {} : { secretArn }),
      ...(headers === undefined ? {} : { headers: headersOf(headers, secretArn !== undefined) }),
      ...(body === undefined ? {} : { body: bodyOf(body) }),
      ...(suspension === undefined ? {} : suspensionOf(id, suspension)),
    },
  });
}

function suspensionOf(id: string, { suspend, resume, inactiveStatuses, inactiveField, inactiveValues }: HttpSuspension): RevokerSettings {
  if (inactiveStatuses === undefined && inactiveField === undefined) {
    throw invalid(`a suspension of revoker ${shown(id)} that no answer shows`, 'inactiveStatuses, inactiveField, or both');
  }
  if (inactiveField !== undefined && !JSON_POINTER.test(plainLiteral('the inactiveField', inactiveField))) {
    throw invalid(`the inactiveField ${shown(inactiveField)}`, 'a JSON Pointer (RFC 6901) such as /status');
  }
  if (inactiveValues !== undefined && (inactiveField === undefined || !Array.isArray(inactiveValues) || inactiveValues.length === 0)) {
    throw invalid(`the inactiveValues ${shown(inactiveValues)} of revoker ${shown(id)}`, 'one or more texts, beside an inactiveField');
  }
  return {
    suspend: changeOf('suspend', suspend),
    resume: changeOf('resume', resume),
    ...(inactiveStatuses === undefined ? {} : { inactiveStatuses: statuses('inactiveStatuses', inactiveStatuses) }),
    ...(inactiveField === undefined ? {} : { inactiveField }),
    ...(inactiveValues === undefined ? {} : { inactiveValues: inactiveValues.map((value) => plainLiteral('a value of inactiveValues', value)) }),
  };
}

function changeOf(name: string, change: HttpChange): Record<string, string> {
  const { url, method = RevokerMethod.POST, body, expected = [200, 202, 204] } = change ?? {};
  return {
    url: urlTemplate(`the url of ${name}`, url),
    method: methodOf(method),
    expected: statuses(`expected of ${name}`, expected).join(' '),
    ...(body === undefined ? {} : { body: bodyOf(body) }),
  };
}

function methodOf(method: RevokerMethod): string {
  if (!Object.values(RevokerMethod).includes(method)) {
    throw invalid(`the method ${shown(method)}`, 'a member of RevokerMethod');
  }
  return method;
}

function statuses(what: string, all: number[]): string[] {
  const isStatus = (status: number): boolean => Number.isInteger(status) && status >= 200 && status <= 599 && (status < 300 || status > 399);
  if (!Array.isArray(all) || all.length === 0 || !all.every(isStatus)) {
    throw invalid(`${what} ${shown(all)}`, 'statuses from 200 to 599, without redirects');
  }
  return all.map(String);
}

function headersOf(headers: { [name: string]: string }, hasSecret: boolean): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER.test(name) || RESERVED.includes(name.toLowerCase())) {
      throw invalid(`the header ${shown(name)}`, 'the name of a header that says nothing about the connection');
    }
    plainLiteral(`the header ${name}`, value);
    if (!hasSecret && placeholdersIn(value).length > 0) {
      throw invalid(`the header ${name} with ${shown(value)} and no secret`, 'a secret that has the value');
    }
  }
  return headers;
}

function bodyOf(body: string): string {
  const text = plainLiteral('the body', body);
  // A JSON object has braces of its own, so only what looks like a variable is one.
  const unknown = placeholdersIn(text).filter((name) => /^\w+$/.test(name) && !(URL_VARIABLES as readonly string[]).includes(name));
  try {
    JSON.parse(text);
  } catch {
    throw invalid(`the body ${shown(body)}`, 'JSON, with variables inside of texts only');
  }
  if (unknown.length > 0) {
    throw invalid(`the body with the variable ${unknown.join(', ')}`, `the variables ${URL_VARIABLES.map((name) => `{${name}}`).join(', ')}`);
  }
  return text;
}
