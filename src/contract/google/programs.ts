/** The programs that Terraform runs with the user's Node.js. Each is a folder under `runtime/google` and, bundled, under `assets/runtime/google`. */
export type ProgramName = 'preflight' | 'teardown' | 'enable' | 'record';

/** The bundled file in a program's folder. */
export const PROGRAM_FILE = 'index.js';

/** Environment variables that the provisioners set and the programs read. */
export const PROGRAM_ENVIRONMENT = {
  /** A `TeardownMessage`. */
  teardown: 'NHI_TEARDOWN',
  /** Description that an account is to have. The program that enables the account reads it along with a `TeardownMessage`. */
  description: 'NHI_DESCRIPTION',
  /** Stage in the configuration that is applied. Set only if the agent has a stage there. A teardown in another stage is a move. */
  stageNow: 'NHI_STAGE_NOW',
  /** A `RecordMessage`. */
  record: 'NHI_RECORD',
  /** What to record: `left`, or unset to record what is deployed. */
  recordEvent: 'NHI_RECORD_EVENT',
  /** Hosts with private addresses that revokers may reach from this machine, separated by spaces. */
  privateHosts: 'NHI_REVOKER_PRIVATE_HOSTS',
  /** Address of a fake Google API, for tests. */
  endpoint: 'NHI_GOOGLE_ENDPOINT',
} as const;
