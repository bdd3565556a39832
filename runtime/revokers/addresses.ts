import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not on the public internet, or that lead back into a private network.
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const NOT_PUBLIC: readonly (readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Also the metadata of instances and of Amazon ECS.
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  // Multicast, reserved, and broadcast.
  ['224.0.0.0', 3, 'ipv4'],
  // All but global unicast: loopback, unique local, link-local, multicast, and IPv4 addresses that are mapped or translated.
  ['::', 3, 'ipv6'],
  ['4000::', 2, 'ipv6'],
  ['8000::', 1, 'ipv6'],
  // Within global unicast: special purposes, documentation, and 6to4, which contains an IPv4 address.
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
];

// One for each family: a list compares an IPv4 address with IPv6 networks too, as if it were mapped.
const BLOCKED = { ipv4: new BlockList(), ipv6: new BlockList() };
NOT_PUBLIC.forEach(([net, prefix, family]) => BLOCKED[family].addSubnet(net, prefix, family));

/** Whether an address may be reached for an agent. What is no address, or one of a network interface, may not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return version !== 0 && !address.includes('%') && !BLOCKED[family].check(address, family);
}
