import * as fc from 'fast-check';
import { LongMap } from '@datagym/shared/longMap';

test('A long map holds what a map holds', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), fc.string(), (entries, other) => {
			const [long, map] = [new LongMap<number>(), new Map(entries)];
			for (const [key, value] of entries) long.set(key, value);
			for (const key of [...map.keys(), other]) {
				expect(long.get(key)).toBe(map.get(key));
				expect(long.has(key)).toBe(map.has(key));
			}
			expect(new Map(long)).toEqual(map);
		}),
	);
});
