/** A text that looks like a secret. */
export interface Finding {
	rule: string;
	/** From 1. */
	line: number;
	text: string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Tokens that can be told by their form. */
const FORMS: Readonly<Record<string, RegExp>> = {
	'private key': /-----BEGIN [A-Z ]*PRIVATE KEY/g,
	npm: /\bnpm_[A-Za-z0-9]{36}/g,
	GitHub: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,})/g,
	GitLab: /\bglpat-[\w-]{20,}/g,
	Slack: /\bxox[abeprs]-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/g,
	AWS: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
	Google: /\bAIza[\w-]{35}/g,
	Azure: /\bAccountKey=[A-Za-z0-9+/]{40,}/g,
	Stripe: /\b[rs]k_live_[A-Za-z0-9]{20,}/g,
	'AI service': /\bsk-(ant|proj)-[\w-]{20,}|\bhf_[A-Za-z]{34}\b/g,
	PyPI: /\bpypi-AgEIcHlwaS[\w-]{20,}/g,
	Docker: /\bdckr_pat_[\w-]{20,}/g,
	'JSON web token': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
	'user and password in an address': /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`<>$]+:[^\s/:@"'`<>$]+@[\w[]/gi,
	'DataGym token': new RegExp(`\\btoken\\b[^\\w\\n]{1,12}(token[ =+])?${UUID}`, 'gi'),
};

/** `apiKey: "…"` and the like, whose value tells by itself only that it is random. */
const ASSIGNMENT =
	/(?:secret|passw(?:or)?d|passphrase|api_?key|access_?key|token|credential)\w*["']?\s*[:=]\s*["'`]([^"'`\s$]{16,})["'`]/gi;

/** Bits for each character. English words have about 3, random letters and digits over 4; short texts have less. */
const RANDOM = 3.4;

export function findSecrets(text: string): Finding[] {
	const forms = Object.entries(FORMS).flatMap(([rule, form]) =>
		[...text.matchAll(form)].map((match) => ({ rule, at: match.index, found: match[0] })),
	);
	const assignments = [...text.matchAll(ASSIGNMENT)]
		.filter(([, value = '']) => /\d/.test(value) && /[a-z]/i.test(value) && entropy(value) > RANDOM)
		.map((match) => ({ rule: 'random value', at: match.index, found: match[0] }));
	return [...forms, ...assignments].map(({ rule, at, found }) => ({
		rule,
		line: text.slice(0, at).split('\n').length,
		text: found,
	}));
}

function entropy(text: string): number {
	const counts = new Map<string, number>();
	for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
	return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
