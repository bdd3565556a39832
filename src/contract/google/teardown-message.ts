import { PlaceKind } from './places';

/** Version of the message below. The teardown accepts only the present version, because a newer construct may declare something it can't wipe. */
export const TEARDOWN_VERSION = 1;

/**
 * The construct's message to the teardown, as JSON. Terraform keeps it in its state, so the teardown wipes what was deployed, not what is declared
 * now.
 */
export interface TeardownMessage {
  readonly version: typeof TEARDOWN_VERSION;
  readonly agentName: string;
  readonly stage: string;
  /** The agent's end. */
  readonly expires: string;
  readonly project: string;
  readonly accountEmail: string;
  /** Absent if the account no longer exists at that time. */
  readonly accountUniqueId?: string;
  /** Ids of projects, with or without `projects/`. */
  readonly projects: readonly string[];
  readonly folders: readonly string[];
  readonly resources: readonly { readonly kind: PlaceKind; readonly name: string }[];
  /** Full names of the agent's own secrets. */
  readonly ownSecrets: readonly string[];
  /** Full names of the secrets that the agent's revokers read when it leaves. Only the preflight is given them. */
  readonly revokerSecrets?: readonly string[];
  /** Where else to search for grants, and the projects in which to remove them. Absent without a declared scope. */
  readonly beyond?: SearchPlaces;
  /** Agent identities that are the agent too, and have grants of their own. */
  readonly principals?: readonly string[];
  /** Full name of the agent's workload identity pool, in the message of the resource that keeps it. */
  readonly pool?: string;
  /** Where the agent's events and the records of its teardowns are written. Absent without a registry. */
  readonly records?: RecordPlaces;
}

export interface SearchPlaces {
  /** `projects/<id>`, `folders/<number>` or `organizations/<number>`. */
  readonly scope: string;
  /** Ids of projects. */
  readonly wipedProjects: readonly string[];
}

export interface RecordPlaces {
  /** Name of the registry's bucket. */
  readonly bucket: string;
  /** Full name of the registry's topic. */
  readonly topic: string;
  /** The stack whose destruction or change runs the teardown. Absent in messages that an older construct deployed. */
  readonly actor?: string;
}
