import { useMemo } from "preact/hooks";
import { Areas, type Look } from "./draw.tsx";
import type { Layout } from "./layout.ts";
import type { Size, View } from "./view.ts";

const WIDTH = 160;
const HEIGHT = 110;

interface Props {
  layout: Layout;
  look: Look;
  view: View;
  screen: Size;
  go: (at: { x: number; y: number }) => void;
}

/** The whole diagram, small, with a frame around what is seen. Not shown where all of it is seen. */
export function Minimap(props: Props) {
  const { layout, view, screen } = props;
  const isSeen = layout.width * view.scale <= screen.width + 1 && layout.height * view.scale <= screen.height + 1;
  return isSeen ? null : <Small {...props} />;
}

function Small({ layout, look, view, screen, go }: Props) {
  const scale = Math.min(WIDTH / Math.max(layout.width, 1), HEIGHT / Math.max(layout.height, 1));
  const areas = useMemo(() => <Areas layout={layout} look={look} />, [layout, look]);
  const at = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const place = (event.currentTarget as Element).getBoundingClientRect();
    go({ x: (event.clientX - place.left) / scale, y: (event.clientY - place.top) / scale });
  };
  return (
    <svg
      class="minimap"
      width={layout.width * scale}
      height={layout.height * scale}
      onPointerDown={at}
      onPointerMove={at}
      aria-hidden="true"
    >
      <rect width="100%" height="100%" fill={look.palette.paper} />
      <g transform={`scale(${scale})`}>
        {areas}
        <rect
          x={-view.x / view.scale}
          y={-view.y / view.scale}
          width={screen.width / view.scale}
          height={screen.height / view.scale}
          fill={look.palette.strong}
          fill-opacity={0.12}
          stroke={look.palette.strong}
          stroke-width={1.5 / scale}
        />
      </g>
    </svg>
  );
}
