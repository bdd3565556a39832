/**
 * The cuts of a suspension besides the denial of the principals, in the order in which they are shown. Some end what the agent does,
 * the others keep anybody from making it act.
 */
export const CUT_NAMES = [
  'access-keys', 'api-gateway-keys', 'roles-anywhere-profiles', 'delegated-sessions', 'executions', 'functions', 'event-sources', 'rules', 'schedules', 'ecs-services', 'ecs-tasks', 'instances', 'agent-runtimes', 'third-parties',
] as const;

export type CutName = (typeof CUT_NAMES)[number];

/**
 * Longest time in seconds that a token of `sts:GetWebIdentityToken` is valid. Others verify it without AWS and accept it until then.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export const LONGEST_TOKEN_SECONDS = 3_600;

/** Longest time in milliseconds by which the snapshot of a suspension may delay the denial. */
export const SNAPSHOT_BOUND_MS = 1_000;
