/** How an agent's access to something outside of its cloud is revoked. Each kind has a file in `src/revokers/kinds` and one in `runtime/revokers/kinds`. */
export const REVOKER_KINDS = ['http', 'oauth2', 'scim', 'github-app', 'lambda', 'queue', 'database', 'human'] as const;
export type RevokerKind = (typeof REVOKER_KINDS)[number];
/** Kinds for which the registry's function acts. People are asked by an event. */
export const ASKED_KINDS = ['http', 'oauth2', 'scim', 'github-app', 'lambda', 'queue', 'database'] as const satisfies readonly RevokerKind[];
export type AskedKind = (typeof ASKED_KINDS)[number];

/** Id of a revoker among those of its agent: 2-40 of [a-z0-9-]. */
export const REVOKER_ID = /^[a-z](?!.*--)[a-z0-9-]{0,38}[a-z0-9]$/;

/** Kinds that an agent on Google can have: no engine runs there that could invoke a function, or sign with a key of AWS. */
export const GOOGLE_REVOKER_KINDS = ['http', 'oauth2', 'scim', 'human'] as const satisfies readonly RevokerKind[];

/** Full name of a secret of Google's Secret Manager, or of a version of it. A secret without a version is read in its latest one. */
export const GOOGLE_SECRET = /^projects\/(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]*\/secrets\/[A-Za-z0-9_-]{1,255}(?:\/versions\/[1-9]\d{0,17})?$/;

/** Revokers that an agent declares at most. */
export const MOST_REVOKERS = 10;

/** How long the function for revokers may take. A join waits that long for a call whose answer was lost. */
export const LONGEST_ACT_SECONDS = 180;
/** Revokers at most that an agent no longer declares and that its leave still runs. */
export const MOST_FORMER_REVOKERS = 10;
/** Characters at most of a revoker's settings as JSON. The state of an agent is one item of the ledger, whose size is limited. */
export const LONGEST_SETTINGS = 2_500;
/** Characters at most of each text in them. */
export const LONGEST_TEXT = 1_024;

export type SettingValue = string | readonly string[] | { readonly [name: string]: string };
/** What a kind needs to know, as texts. It holds no secret: `secretArn` is the ARN of one, or its full name at Google. */
export type RevokerSettings = { readonly [name: string]: SettingValue };

/** A revoker in the properties of the lifecycle resource. */
export interface RevokerProperties {
  readonly Id: string;
  readonly Kind: RevokerKind;
  readonly Settings: RevokerSettings;
  /** Amount as a text, with its currency. */
  readonly MonthlyCost?: string;
  readonly Currency?: string;
  /** The tag by which the cost is looked up, in the place of an amount. */
  readonly CostTag?: { readonly Key: string; readonly Value: string };
  /** `true` if a suspension deactivates the access, and a resumption activates it again. */
  readonly OnSuspend?: string;
}

/** Variables of a URL template. Each value is percent-encoded. */
export const URL_VARIABLES = ['agentName', 'account', 'registry', 'subject'] as const;
export type UrlVariable = (typeof URL_VARIABLES)[number];

/** A placeholder in a template, such as `{agentName}`. */
export const PLACEHOLDER = /\{([^{}]*)\}/g;

/** A JSON Pointer to a part of a document. https://datatracker.ietf.org/doc/html/rfc6901#section-3 */
export const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

/** Keys of a secret's JSON that are not sent: the hosts to which the secret may be sent, and the agents for which it may be used. Both are lists, separated by spaces. */
export const SECRET_LIMITS = { hosts: 'hosts', agents: 'forAgents' } as const;

/** What a look finds at the third party. */
export const PRESENCES = ['active', 'inactive', 'absent'] as const;
export type Presence = (typeof PRESENCES)[number];

export const REVOKER_ACTIONS = ['look', 'suspend', 'resume', 'revoke'] as const;
export type RevokerAction = (typeof REVOKER_ACTIONS)[number];

/** How the engine invokes the registry's function for revokers. */
export interface RevokerInvocation {
  /** Id of what the engine stored for it in the ledger. */
  readonly ask: string;
}

/** What the engine asks the registry's function for revokers. */
export interface RevokerOrder {
  readonly action: RevokerAction;
  readonly registry: string;
  readonly account: string;
  readonly agentName: string;
  /** Id of the revoker. */
  readonly revoker: string;
  readonly kind: AskedKind;
  readonly settings: RevokerSettings;
  /** An earlier attempt has found the access. That it is not found now means that it is revoked, also where an answer alone could mean something else. */
  readonly seenBefore?: boolean;
  /** Since when the revocation is open. It tells the leaves of agents with the same name apart. */
  readonly since?: string;
}

/**
 * confirmed: a look after the action found what was wanted. open: it did not, or nobody could look. awaiting: somebody else was asked and has to confirm.
 */
export const REVOKER_OUTCOMES = ['confirmed', 'open', 'awaiting'] as const;

/** What the function reports. It contains no text of the third party and no secret. */
export interface RevokerReport {
  readonly outcome: (typeof REVOKER_OUTCOMES)[number];
  /** What was found before the action. Absent if that could not be seen. */
  readonly found?: Presence;
  /** What was found after the action. Absent if that could not be seen. */
  readonly now?: Presence;
  /** Whether an action was sent. It may have had an effect even if no answer came. */
  readonly acted: boolean;
  /** One line: why it is not confirmed, or what was seen. */
  readonly note: string;
  /** The third party asks for no request before that. */
  readonly retryAfterSeconds?: number;
}

/** Settings of the function: what agents cannot decide. */
export interface RevokerFunctionSettings {
  /** Hosts that may have private addresses. */
  readonly privateHosts: readonly string[];
}
