import { DeleteVirtualMFADeviceCommand, ListMFADeviceTagsCommand, ListVirtualMFADevicesCommand, TagMFADeviceCommand } from '@aws-sdk/client-iam';
import { WiperContext } from './wiper';
import { agentTags, isSameTag } from '../../../src/contract/tags';
import { allPages } from '../iam-pages';
import { isGone, unlessGone } from '../principals/errors-of-iam';

/**
 * Whether a device is a virtual MFA device, which is a resource of its own and outlives its user. A security key (`u2f`) has an ARN as well, but is
 * deleted with its user. So is a hardware device, which has a serial number.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function isVirtualDevice(serialNumber: string): boolean {
  return /^arn:[^:]+:iam::\d+:mfa\//.test(serialNumber);
}

/** Tags a device with the agent's name before it is removed from its user. If its deletion fails then, the next search still finds it. */
export async function markDevice({ iam, tagPrefix }: WiperContext, SerialNumber: string, agentName: string): Promise<void> {
  await unlessGone(() => iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: agentTags(tagPrefix).name, Value: agentName }] })));
}

export async function deleteVirtualDevice({ iam }: WiperContext, SerialNumber: string): Promise<void> {
  await unlessGone(() => iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })));
}

/** The agent's devices that are assigned to no user. */
export async function looseDevicesOf(context: WiperContext, agentName: string): Promise<string[]> {
  const devices = await allPages(
    (Marker) => context.iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Unassigned', Marker })), (page) => page.VirtualMFADevices);
  const own: string[] = [];
  for (const { SerialNumber: serialNumber = '' } of devices) {
    if (await isDeviceOf(context, serialNumber, agentName)) {
      own.push(serialNumber);
    }
  }
  return own;
}

/** Whether a device is tagged as the agent's. */
export async function isDeviceOf({ iam, tagPrefix }: WiperContext, SerialNumber: string, agentName: string): Promise<boolean> {
  try {
    const tags = await allPages((Marker) => iam.send(new ListMFADeviceTagsCommand({ SerialNumber, Marker })), (page) => page.Tags);
    return tags.some(({ Key: key, Value: value }) => isSameTag(key, agentTags(tagPrefix).name) && value === agentName);
  } catch (error) {
    if (isGone(error)) {
      return false;
    }
    throw error;
  }
}
