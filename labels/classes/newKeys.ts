import { acceptableKey } from './labelConfigFields';

/** Characters of a key and of a displayed name. Source: docs/contract.md#configuration-entries. */
const LONGEST = 56;

/** The key of a class by its name elsewhere, with a number behind it if it is used; it is then used itself. */
export function unusedKey(name: string, used: Set<string>): string {
	const wanted = keyFor(name);
	let key = wanted;
	for (let number = 2; used.has(key); number++) key = `${wanted.slice(0, LONGEST - 5)}_${number}`;
	used.add(key);
	return key;
}

/** The name with the characters that DataGym takes in a key, in lower case. */
export function keyFor(name: string): string {
	const plain = keyCharacters(name).slice(0, LONGEST).trim();
	const key = acceptableKey(plain.toLowerCase() || 'class');
	return key === key.toLowerCase() ? key : `${key.toLowerCase()}_1`;
}

/** Of a text, the characters that keys have; others become an underscore. */
export function keyCharacters(text: string): string {
	return withoutAccents(text).replace(/[^a-zA-Z0-9_ -]/g, '_');
}

/** As it is shown: a few more characters are taken there. */
export function nameFor(name: string): string {
	return name.replace(/[^a-zA-Z0-9_ !@#$%^&*()?\-à"çéèêëîïôûùüÿñæœäöüß]/g, '_').slice(0, LONGEST);
}

export function withoutAccents(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '');
}
