import { nameKey, sameName } from '@datagym/client';
import { equalityKey } from '@datagym/test/emulator/store/names';
import { WEIGHTS } from '@datagym/test/emulator/store/generalCi';

test('compares in any case, blanks at the end ignored', () => {
	expect(nameKey('A.JPG ')).toBe(nameKey('a.jpg'));
	expect(nameKey(' a.jpg')).not.toBe(nameKey('a.jpg'));
	expect(nameKey('a.jpg\t')).not.toBe(nameKey('a.jpg'));
	expect(sameName('A.JPG ', 'a.jpg')).toBe(true);
	expect(sameName('a.jpg', 'b.jpg')).toBe(false);
});

// Each asked of MariaDB 10.11.19: SELECT a COLLATE utf8mb4_general_ci = b.
test.each([
	['café.jpg', 'cafe.jpg', true],
	['Müller', 'MULLER', true],
	['Straße', 'Strase', true],
	['Straße', 'Strasse', false],
	['Łódź', 'Lodz', false],
	['Łódź', 'ŁODZ', true],
	['Ærø', 'ærØ', true],
	['Ærø', 'Aero', false],
	['Привет й', 'ПРИВЕТ Й', true],
	['й', 'и', false],
	['ё', 'е', true],
	['😀.jpg', '😁.jpg', true],
	['e\u0301', 'é', false],
	['한', '하', false],
])('takes %s and %s for one name: %s', (a, b, isSame) => {
	expect(sameName(a, b)).toBe(isSame);
});

test('compares each character of the Basic Multilingual Plane as the database does', () => {
	const different: string[] = [];
	for (let code = 1; code <= 0xffff; code++) {
		if ((code >= 0xd800 && code <= 0xdfff) || code === 0x20) continue;
		const character = String.fromCharCode(code);
		const weight = WEIGHTS.get(character) ?? character;
		if (nameKey(character) !== weight) different.push(`${code.toString(16)}: ${nameKey(character)} for ${weight}`);
	}
	expect(different).toEqual([]);
	expect(WEIGHTS.size).toBe(1108);
	expect(equalityKey('CAFÉ ')).toBe(equalityKey('cafe'));
});
