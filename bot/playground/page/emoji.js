/** Slack's names of common emoji and their characters. */

const TABLE = `
ticket 🎫|eyes 👀|+1 👍|-1 👎|tada 🎉|heart ❤️|joy 😂|smile 😄|thinking_face 🤔|white_check_mark ✅|x ❌|warning ⚠️
pray 🙏|clap 👏|raised_hands 🙌|wave 👋|ok_hand 👌|muscle 💪|point_up ☝️|point_down 👇|point_right 👉|point_left 👈
100 💯|fire 🔥|rocket 🚀|bug 🐛|bulb 💡|memo 📝|pencil2 ✏️|mag 🔍|lock 🔒|unlock 🔓|key 🔑|hammer 🔨|wrench 🔧|gear ⚙️
hammer_and_wrench 🛠️|package 📦|link 🔗|pushpin 📌|round_pushpin 📍|paperclip 📎|bell 🔔|no_bell 🔕|mega 📣|speech_balloon 💬
thought_balloon 💭|question ❓|grey_question ❔|exclamation ❗|heavy_check_mark ✔️|heavy_plus_sign ➕|heavy_minus_sign ➖
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|leftwards_arrow_with_hook ↩️|repeat 🔁
arrows_counterclockwise 🔄|no_entry ⛔|no_entry_sign 🚫|stop_sign 🛑|octagonal_sign 🛑|construction 🚧|rotating_light 🚨
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣
white_circle ⚪|black_circle ⚫|star ⭐|star2 🌟|sparkles ✨|zap ⚡|boom 💥|calendar 📆|date 📅|clipboard 📋
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|card_index 📇|card_index_dividers 🗂️|file_folder 📁|open_file_folder 📂
page_facing_up 📄|bookmark 🔖|label 🏷️|books 📚|book 📖|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|computer 💻
desktop_computer 🖥️|iphone 📱|keyboard ⌨️|camera 📷|floppy_disk 💾|money_with_wings 💸|moneybag 💰|credit_card 💳|shopping_trolley 🛒
coffee ☕|pizza 🍕|cake 🍰|beer 🍺|beers 🍻|cookie 🍪|doughnut 🍩|apple 🍎|seedling 🌱|evergreen_tree 🌲|sunny ☀️|cloud ☁️|rainbow 🌈
snowflake ❄️|umbrella ☔|ocean 🌊|earth_africa 🌍|globe_with_meridians 🌐|house 🏠|office 🏢|airplane ✈️|car 🚗|bike 🚲|ship 🚢
dog 🐶|cat 🐱|duck 🦆|owl 🦉|fox_face 🦊|bear 🐻|penguin 🐧|turtle 🐢|snail 🐌|unicorn_face 🦄|octopus 🐙|beetle 🐞
robot_face 🤖|ghost 👻|skull 💀|alien 👽|poop 💩|monkey_face 🐵|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊
grinning 😀|smiley 😃|grin 😁|laughing 😆|sweat_smile 😅|rolling_on_the_floor_laughing 🤣|slightly_smiling_face 🙂
upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes 😍|kissing_heart 😘|stuck_out_tongue 😛|yum 😋|sunglasses 😎
nerd_face 🤓|face_with_monocle 🧐|partying_face 🥳|smirk 😏|unamused 😒|disappointed 😞|pensive 😔|worried 😟|confused 😕
slightly_frowning_face 🙁|white_frowning_face ☹️|persevere 😣|confounded 😖|tired_face 😫|weary 😩|cry 😢|sob 😭|triumph 😤|angry 😠|rage 😡
exploding_head 🤯|flushed 😳|scream 😱|fearful 😨|cold_sweat 😰|hugging_face 🤗|shushing_face 🤫|neutral_face 😐|expressionless 😑
no_mouth 😶|grimacing 😬|face_with_rolling_eyes 🙄|hushed 😯|open_mouth 😮|astonished 😲|sleeping 😴|sleepy 😪|zany_face 🤪
face_with_thermometer 🤒|face_palm 🤦|shrug 🤷|raising_hand 🙋|handshake 🤝|writing_hand ✍️|crossed_fingers 🤞|v ✌️|fist ✊|facepunch 👊
brain 🧠|busts_in_silhouette 👥|bust_in_silhouette 👤|detective 🕵️|dart 🎯|trophy 🏆|medal 🏅|gift 🎁|balloon 🎈|confetti_ball 🎊
crystal_ball 🔮|puzzle_piece 🧩|jigsaw 🧩|test_tube 🧪|microscope 🔬|telescope 🔭|magnet 🧲|shield 🛡️|scissors ✂️|broom 🧹|wastebasket 🗑️
broken_heart 💔|blue_heart 💙|green_heart 💚|yellow_heart 💛|purple_heart 💜|orange_heart 🧡|black_heart 🖤|two_hearts 💕
checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|new 🆕|ok 🆗|sos 🆘|information_source ℹ️|recycle ♻️|infinity ♾️|hash #️⃣
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣`;

const ALIASES = {
  thumbsup: "+1", thumbsdown: "-1", thinking: "thinking_face", robot: "robot_face", spiral_calendar_pad: "calendar",
  heavy_exclamation_mark: "exclamation", satisfied: "laughing", hankey: "poop", unicorn: "unicorn_face", rofl: "rolling_on_the_floor_laughing",
  admission_tickets: "ticket", left_speech_bubble: "speech_balloon", man_shrugging: "shrug", woman_shrugging: "shrug", punch: "facepunch",
};

function table() {
  const pairs = TABLE.trim().split(/[|\n]/).map((entry) => entry.split(" "));
  const names = new Map(pairs);
  for (const [alias, name] of Object.entries(ALIASES)) names.set(alias, names.get(name));
  return names;
}

const CHARACTERS = table();

/** The names offered first on a message. */
export const QUICK = ["ticket", "eyes", "+1"];

/** The names in the picker, in the table's order, aliases left out. */
export const NAMES = [...CHARACTERS.keys()].filter((name) => !(name in ALIASES));

/** The character of the emoji `name`, or `:name:` where the table does not know it. */
export function character(name) {
  const bare = name.split("::")[0];
  return CHARACTERS.get(bare) ?? `:${bare}:`;
}

export function isKnown(name) {
  return CHARACTERS.has(name);
}

/** Names that begin with `typed`, then names that hold it, at most `limit`. */
export function search(typed, limit) {
  const text = typed.toLowerCase();
  const starting = NAMES.filter((name) => name.startsWith(text));
  const holding = NAMES.filter((name) => !name.startsWith(text) && name.includes(text));
  return [...starting, ...holding].slice(0, limit);
}

/** Plain text with each known :name: replaced by its character. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+)(::skin-tone-\d)?:/g, (whole, name) => (isKnown(name) ? character(name) : whole));
}
