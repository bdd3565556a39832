import { Attribute, Change } from 'ldapts';

type Values = Readonly<Record<string, string>>;

interface KindOfDirectory {
  /** Attribute with the name by which orders know an account. */
  readonly name: string;
  /** When the account was made. */
  readonly created: string;
  /** Attributes that say whether it can log in. */
  readonly state: readonly string[];
  readonly isActive: (values: Values) => boolean;
  readonly disabling: (values: Values) => Change;
}

/** https://learn.microsoft.com/en-us/troubleshoot/windows-server/active-directory/useraccountcontrol-manipulate-account-properties */
const ACCOUNT_DISABLE = 0x2;
const isDisabled = (bits: number): boolean => Math.floor(bits / ACCOUNT_DISABLE) % 2 === 1;
/** "Locked permanently". It takes effect with the overlay ppolicy. https://www.openldap.org/software/man.cgi?query=slapo-ppolicy */
const LOCKED_FOR_EVER = '000001010000Z';

const replacing = (type: string, value: string): Change => new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });

/** How the directories differ. */
export const DIRECTORY_KINDS = {
  'openldap': {
    name: 'uid',
    created: 'createTimestamp',
    state: ['pwdAccountLockedTime'],
    isActive: ({ pwdAccountLockedTime }) => pwdAccountLockedTime !== LOCKED_FOR_EVER,
    disabling: () => replacing('pwdAccountLockedTime', LOCKED_FOR_EVER),
  },
  'active-directory': {
    name: 'sAMAccountName',
    created: 'whenCreated',
    state: ['userAccountControl'],
    isActive: ({ userAccountControl }) => !isDisabled(Number(userAccountControl)),
    // The other bits stay.
    disabling: ({ userAccountControl }) => {
      const bits = Number(userAccountControl);
      return replacing('userAccountControl', String(isDisabled(bits) ? bits : bits + ACCOUNT_DISABLE));
    },
  },
} as const satisfies Record<string, KindOfDirectory>;

export type DirectoryKind = keyof typeof DIRECTORY_KINDS;
