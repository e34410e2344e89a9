interface Point {
	x: number;
	y: number;
}

/** What people have drawn on a photograph, in pixels of it upright. */
export interface DrawnLabels {
	labels: Record<string, Array<{ rectangle?: Array<Point & { w: number; h: number }>; polygon?: Point[] }>>;
}

export interface DrawnPhotograph {
	width: number;
	height: number;
	drawn: DrawnLabels;
}

export function boxesOf({ labels }: DrawnLabels) {
	return Object.entries(labels).flatMap(([label, shapes]) =>
		shapes.flatMap(({ rectangle = [] }) => rectangle.map((box) => ({ label, ...box }))),
	);
}

export function polygonsOf({ labels }: DrawnLabels): Point[][] {
	return Object.values(labels).flatMap((shapes) => shapes.flatMap(({ polygon }) => (polygon ? [polygon] : [])));
}
