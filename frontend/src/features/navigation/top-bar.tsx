/** On narrow screens: the name and the button that opens the rail. */
import { Icon } from '../../lib/icons.tsx';

export function TopBar() {
  return (
    <header className="flex h-11 items-center justify-between lg:hidden">
      <span className="brand text-lg">TaskFlow</span>
      <button type="button" className="icon-button -mr-2" popoverTarget="rail" aria-label="Menu">
        <Icon name="menu" className="size-5" />
      </button>
    </header>
  );
}
