/** Label Studio puts eight digits in front of the names of uploaded files: `1a2b3c4d-front.jpg`. */
const LABEL_STUDIO = /^[0-9a-f]{8}-(?=.)/i;
/** Roboflow's exports: `front_jpg.rf.0123456789abcdef0123456789abcdef.jpg`. */
const ROBOFLOW_MARK = '.rf.';
const EXTENSION_IN_STEM = /[_-](jpe?g|png)$/i;

/**
 * What the file can have been called before other tools changed its name, the likeliest first: the last part of a link or path, without
 * what Label Studio puts in front, and without what Roboflow puts behind. The last part itself comes first.
 */
export function originalNames(name: string): readonly string[] {
	const names = new Set<string>();
	for (const last of lastParts(name)) {
		const withoutMark = withoutRoboflow(last);
		for (const each of [last, ...withoutMark]) {
			names.add(each);
			names.add(each.replace(LABEL_STUDIO, ''));
		}
	}
	return [...names].filter((each) => each !== '');
}

/** The last part of a path or link, as it stands and decoded; of a link with a query also that of the query (`?d=photos/front.jpg`). */
function lastParts(name: string): readonly string[] {
	const whole = lastPart(name);
	const isLink = /^\w+:\/\/|^\/.*\?/.test(name);
	if (!isLink) return [whole, decoded(whole)];
	const [withoutFragment = ''] = name.split('#', 1);
	const [path = '', query = ''] = withoutFragment.split('?', 2);
	const value = query.slice(query.indexOf('=') + 1);
	return [decoded(lastPart(path)), lastPart(decoded(value))];
}

function lastPart(path: string): string {
	return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function withoutRoboflow(name: string): readonly string[] {
	const at = name.lastIndexOf(ROBOFLOW_MARK);
	if (at <= 0) return [];
	const stem = name.slice(0, at);
	const extension = /\.\w+$/.exec(name)?.[0] ?? '';
	return EXTENSION_IN_STEM.test(stem) ? [stem.replace(EXTENSION_IN_STEM, '.$1')] : [stem + extension, stem];
}
