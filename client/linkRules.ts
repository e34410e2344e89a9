import { parseUrl, HOSTED_URL } from './baseUrl';

/**
 * Who says that a link is to be fetched.
 *
 * - `task`: DataGym keeps it for an image, as a person has entered it there.
 * - `field`: it stands in a field of the node.
 * - `answer`: a response of the server names it.
 */
export type LinkOrigin = 'task' | 'field' | 'answer';

/** Where an address leads, as far as its text says: names are not resolved here, which n8n's own protection does. */
type Reach = 'public' | 'named' | 'private' | 'loopback' | 'linkLocal';

/**
 * Why an address must not be asked, or undefined if it may (docs/security.md#links).
 *
 * @param from the address that redirects to it, if it is not the link itself.
 */
export function linkObstacle(
	target: URL,
	baseUrl: string,
	origin: LinkOrigin,
	from?: URL,
): 'scheme' | 'private' | undefined {
	if (!['http:', 'https:'].includes(target.protocol)) return 'scheme';
	const server = parseUrl(baseUrl);
	const reach = reachOf(target.hostname);
	if (target.hostname === server?.hostname || reach === 'public' || reach === 'named') return undefined;
	if (reach === 'linkLocal') return 'private';
	const home = server === undefined ? 'named' : reachOf(server.hostname);
	const isAtHome = home === reach || (home === 'loopback' && reach === 'private');
	if (from !== undefined) {
		const before = reachOf(from.hostname);
		return before === reach || before === 'loopback' || from.hostname === target.hostname ? undefined : 'private';
	}
	if (origin === 'field' || isAtHome) return undefined;
	// An image in a task is a person's choice; only for a server that cannot reach this network it is not.
	const isElsewhere = home === 'public' || server?.hostname === new URL(HOSTED_URL).hostname;
	return origin === 'task' && reach === 'private' && !isElsewhere ? undefined : 'private';
}

/** Where clouds give out credentials besides 169.254.169.254: Google, AWS with IPv6, Alibaba and Oracle. */
const METADATA: ReadonlySet<string> = new Set([
	'metadata.google.internal',
	'[fd00:ec2::254]',
	'100.100.100.200',
	'192.0.0.192',
]);

/** @param hostname of a URL, which has brought all spellings of an IPv4 address into one. */
function reachOf(hostname: string): Reach {
	const name = hostname.replace(/\.$/, '').toLowerCase();
	if (METADATA.has(name)) return 'linkLocal';
	if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
	if (name.startsWith('[')) return reachOfIpv6(name.slice(1, -1));
	if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return reachOfIpv4(name.split('.').map(Number));
	const isLocalName = !name.includes('.') || /\.(local|lan|internal|intranet|home\.arpa)$/.test(name);
	return isLocalName ? 'private' : 'named';
}

function reachOfIpv4([a = 0, b = 0]: readonly number[]): Reach {
	if (a === 127) return 'loopback';
	// Where clouds give out their credentials, "this network", and many at once: no picture is stored there.
	if ((a === 169 && b === 254) || a === 0 || a >= 224) return 'linkLocal';
	const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
	return isPrivate || (a === 100 && b >= 64 && b <= 127) ? 'private' : 'public';
}

/** An address in the spelling of a URL: in lower case, without leading zeros, the longest run of zeros left out. */
function reachOfIpv6(address: string): Reach {
	if (address === '::1') return 'loopback';
	if (address === '::') return 'linkLocal';
	const mapped = /^(?:::ffff:|::ffff:0:|64:ff9b::|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
	if (mapped !== null) {
		const high = parseInt(mapped[1] ?? '', 16);
		const low = parseInt(mapped[2] ?? '', 16);
		return reachOfIpv4([high >> 8, high & 255, low >> 8, low & 255]);
	}
	const first = parseInt(address.split(':')[0] ?? '', 16);
	if ((first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00) return 'linkLocal';
	// fec0::/10 was for sites before fc00::/7.
	return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0 ? 'private' : 'public';
}
