import { RevokerKind } from '../../../src/contract/revokers';
import { RevokerHandler } from '../kind';
import { http } from './http';
import { human } from './human';
import { lambda } from './lambda';
import { oauth2 } from './oauth2';
import { queue } from './queue';
import { scim } from './scim';

/** The handler of each kind of revoker. */
export const KINDS: { readonly [K in RevokerKind]: RevokerHandler } = { http, oauth2, scim, lambda, queue, human };
