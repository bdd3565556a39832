import { FORMS } from './forms';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { shown } from '../../core/shown';
import { CERTIFICATES, EVENT_COPIES } from '../evidence-keys';

/**
 * Checks and returns the name of a registry.
 *
 * @throws InvalidInputError `RegistryNameInvalid`
 */
export function requireRegistryName(name: string): string {
  if (!FORMS.registryName.test(requireLiteral('the registry name', name))) {
    throw new InvalidInputError('RegistryNameInvalid', `registry name ${shown(name)} is not allowed: use 3-20 of [a-z0-9-], beginning with a letter, ending with a letter or digit, without -- and goog`);
  }
  return name;
}

const LONGEST_BUCKET_NAME = 63;

/** Label of every resource of a registry. Its value is the registry's name. */
export const REGISTRY_LABEL = 'lifecycle-registry';

/** A topic's id may not begin with goog. A registry's name never does. */
export function topicId(registryName: string): string {
  return `${registryName}-lifecycle`;
}

/** The full name of the topic that events are published to. */
export function topicName(registryName: string, project: string): string {
  return `projects/${project}/topics/${topicId(registryName)}`;
}

/**
 * Returns the name of a registry's bucket. Bucket names are global, so the name contains the project, which is globally unique. Bucket names may not
 * contain the colon of an old project's id.
 *
 * @throws InvalidInputError `BucketNameInvalid`
 */
export function requireBucketName(registryName: string, project: string): string {
  const name = `${project.replace(/[:.]/g, '-')}-${registryName}-registry`;
  // https://cloud.google.com/storage/docs/buckets#naming
  if (name.length > LONGEST_BUCKET_NAME || /^goog|google|g00gle/.test(name)) {
    throw new InvalidInputError('BucketNameInvalid',
      `the registry's bucket would be ${shown(name)}, which Google refuses: use a project and a registry name with which it has at most ${LONGEST_BUCKET_NAME} characters, does not begin with goog and does not contain google or g00gle`);
  }
  return name;
}

/** Folders in the registry's bucket. Each has a folder for each agent. */
export const REGISTRY_FOLDERS = { events: EVENT_COPIES, declarations: 'agents/', teardowns: 'teardowns/', revokers: 'revokers/', certificates: CERTIFICATES } as const;

/** Folder in the registry's bucket for an agent's chain of events, with one object for each event. */
export function eventsFolder(project: string, agentName: string): string {
  return `${REGISTRY_FOLDERS.events}${folderOf(project, agentName)}`;
}

/** Folder in the registry's bucket for an agent's declarations, with one object for each change. */
export function recordsFolder(project: string, agentName: string): string {
  return `${REGISTRY_FOLDERS.declarations}${folderOf(project, agentName)}`;
}

/** Folder in the registry's bucket for what an agent's teardowns did and saw, with one object for each run. */
export function teardownsFolder(project: string, agentName: string): string {
  return `${REGISTRY_FOLDERS.teardowns}${folderOf(project, agentName)}`;
}

/** Folder in the registry's bucket for an agent's access outside of Google Cloud, with one object for each change. */
export function revokersFolder(project: string, agentName: string): string {
  return `${REGISTRY_FOLDERS.revokers}${folderOf(project, agentName)}`;
}

/** Folder in the registry's bucket for an agent's decommission certificates. */
export function certificatesFolder(project: string, agentName: string): string {
  return `${REGISTRY_FOLDERS.certificates}${folderOf(project, agentName)}`;
}

/** Project and name of the agent to which an object in one of the folders belongs. Undefined for any other object. */
export function agentOfObject(name: string): { readonly project: string; readonly agentName: string } | undefined {
  const [, ...parts] = name.split('/');
  const [agentName, project] = [parts.at(-2), parts.slice(0, -2).join(':')];
  return agentName !== undefined && FORMS.agentName.test(agentName) && FORMS.project.test(project) ? { project, agentName } : undefined;
}

/** Object in such a folder. Its number has twelve digits, so that names sort like numbers. */
export function objectName(folder: string, sequence: number): string {
  return `${folder}${String(sequence).padStart(12, '0')}.json`;
}

/** Number of an object in such a folder. Undefined for an object that `objectName` doesn't name. */
export function numberOfObject(name: string): number | undefined {
  const [, digits] = /\/(\d{12})\.json$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function folderOf(project: string, agentName: string): string {
  return `${project.replace(':', '/')}/${agentName}/`;
}
