/* Six words of a list of our own for the first 60 bits of a digest. */
#include "sign_words.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "hash.h"

/* In order. No two begin with the same four letters, sound alike, or are one slip apart; none is a
 * word of the work itself. A test holds the list to that. A list that changed would say other
 * words for the same digest: it does not change. */
static const char words[SIGN_WORD_LIST][SIGN_WORD_MAX + 1] = {
	"abbey", "abstract", "acorn", "acrobat", "active", "actor", "aerial", "affair", "agenda",
	"airport", "alarm", "album", "alcove", "alert", "almond", "alpine", "amber", "amethyst",
	"ample", "anchor", "angel", "animal", "ankle", "answer", "antenna", "anvil", "apricot",
	"apron", "aquarium", "arcade", "arctic", "armchair", "arrow", "artist", "ascend",
	"ashtray", "athlete", "atlas", "atomic", "attic", "autumn", "aviator", "avocado", "awake",
	"bachelor", "bacon", "badge", "bagpipe", "bakery", "balcony", "ballet", "bamboo",
	"banana", "banjo", "banquet", "bargain", "barrel", "basement", "basket", "bathtub",
	"battery", "beaver", "bedroom", "beetle", "beggar", "bench", "bicycle", "birthday",
	"bishop", "bison", "blanket", "blazer", "blender", "blizzard", "blossom", "blouse",
	"blubber", "bluebell", "boat", "boiler", "bonfire", "bowling", "bracelet", "breeze",
	"brewery", "brick", "broccoli", "brother", "brush", "bubble", "bucket", "budget",
	"buffalo", "buggy", "builder", "bungalow", "bunker", "butter", "cabbage", "cabin",
	"cactus", "cage", "campus", "canal", "candle", "canoe", "canyon", "captain", "caravan",
	"carbon", "caribou", "carnival", "carpet", "cartoon", "cascade", "cashew", "castle",
	"cavern", "cedar", "celery", "cello", "cement", "champion", "chapel", "chemist", "cherry",
	"chess", "chicken", "chimney", "china", "church", "cicada", "cinema", "cinnamon",
	"circus", "clarinet", "classic", "clay", "cliff", "climate", "cloak", "clown", "cluster",
	"coach", "cobalt", "cobra", "coconut", "coffee", "coin", "collar", "comedy", "concert",
	"condor", "convoy", "cookie", "copper", "coral", "cougar", "coupon", "cowboy", "coyote",
	"cradle", "crane", "crater", "cricket", "crocus", "cross", "crumb", "crystal", "cucumber",
	"culture", "cupboard", "cushion", "custard", "cylinder", "daffodil", "dahlia", "daisy",
	"dancer", "daylight", "dentist", "derby", "desktop", "detail", "detour", "diesel",
	"dinner", "disco", "dish", "diver", "doctor", "dogma", "dolphin", "domain", "domino",
	"donkey", "doorbell", "dosage", "doughnut", "dragon", "drawer", "dream", "drift",
	"drizzle", "dryer", "duchess", "duckling", "dungeon", "dynamo", "eagle", "earth", "easel",
	"eastern", "echo", "eclipse", "ecology", "editor", "eggplant", "eggshell", "elbow",
	"elder", "elegant", "elephant", "elevator", "embassy", "emerald", "emperor", "encore",
	"engine", "equator", "estate", "evening", "evidence", "eyebrow", "eyelid", "fabric",
	"factory", "falcon", "family", "fantasy", "farmer", "fashion", "father", "fatigue",
	"faucet", "fender", "ferry", "festival", "fever", "fiddle", "field", "fiesta", "figure",
	"filament", "final", "finger", "firefly", "flagpole", "flamingo", "flannel", "flavor",
	"flicker", "flipper", "florist", "fluffy", "flute", "foam", "focus", "foghorn", "foliage",
	"folklore", "fondue", "football", "forest", "formal", "fortune", "fossil", "fountain",
	"foxglove", "fragile", "freckle", "frog", "frozen", "fruit", "fudge", "fumble", "fungus",
	"furnace", "fusion", "future", "fuzzy", "gadget", "galaxy", "gallery", "garage", "garden",
	"gargoyle", "garlic", "garment", "garnet", "gazelle", "gelatin", "gemstone", "geology",
	"gerbil", "geyser", "ghost", "giant", "gibbon", "giggle", "giraffe", "glacier", "glad",
	"glass", "glimpse", "glitter", "globe", "gloomy", "glossy", "glucose", "goblet",
	"goggles", "golden", "gondola", "goose", "gopher", "gospel", "gossip", "gourmet",
	"granite", "grape", "gravity", "green", "grid", "grocer", "growth", "guava", "guide",
	"guitar", "gumdrop", "guppy", "gusto", "gymnast", "gypsum", "gyro", "habit", "haddock",
	"haircut", "halibut", "hallway", "halogen", "hamlet", "hammer", "hamster", "harbor",
	"hardware", "harmony", "harness", "harpoon", "harvest", "hatchet", "haven", "hawk",
	"hazard", "hazel", "health", "helmet", "hemlock", "herald", "herbal", "hermit", "heron",
	"hexagon", "hiccup", "hickory", "highway", "hiking", "hippo", "history", "hobby",
	"hockey", "hoist", "holiday", "hollow", "honey", "hornet", "hospital", "hotel", "hover",
	"howl", "huddle", "humid", "hunter", "husband", "husky", "hybrid", "hydrant", "hymn",
	"iceberg", "icicle", "icon", "idea", "idiom", "igloo", "iguana", "inch", "indigo",
	"infant", "ingot", "insect", "inspire", "iodine", "isotope", "ivory", "jackal", "jaguar",
	"jasmine", "javelin", "jawbone", "jazz", "jelly", "jersey", "jester", "jewel", "jigsaw",
	"jingle", "jogger", "joker", "journal", "jubilee", "juggler", "jukebox", "junior",
	"justice", "kangaroo", "karate", "kayak", "kebab", "kelp", "kettle", "keyboard", "khaki",
	"kidney", "kilogram", "kilt", "kimono", "kingdom", "kiosk", "kiwi", "knapsack", "knuckle",
	"koala", "kosher", "label", "ladder", "ladybug", "lagoon", "lamb", "lantern", "laptop",
	"lasagna", "lasso", "laundry", "lavender", "lawyer", "leather", "lecture", "ledger",
	"lemon", "lentil", "leopard", "lettuce", "liberty", "library", "license", "light",
	"lilac", "linen", "lion", "liquid", "lizard", "lobster", "local", "lodge", "logic",
	"lollipop", "longbow", "lotion", "lottery", "lounge", "luggage", "lullaby", "lumber",
	"lunar", "lunch", "luxury", "lyric", "machine", "madam", "magazine", "magenta", "magic",
	"magnet", "mammal", "mandolin", "mango", "mansion", "mantis", "marathon", "marble",
	"margin", "marigold", "marvel", "mascot", "mason", "mattress", "meadow", "medicine",
	"meerkat", "melody", "memory", "menu", "mercury", "mermaid", "meteor", "microbe",
	"midnight", "milk", "mineral", "miracle", "mirror", "mitten", "mohair", "molar",
	"molecule", "monarch", "monument", "mosaic", "mosquito", "mother", "movie", "muffin",
	"mule", "mummy", "museum", "mushroom", "muzzle", "mystery", "myth", "nachos", "napkin",
	"narwhal", "navy", "nebula", "necklace", "nectar", "needle", "neon", "nephew", "nerve",
	"nest", "network", "newborn", "nickel", "ninja", "nitrogen", "nomad", "nostril",
	"notebook", "notice", "nozzle", "nugget", "nursery", "nutmeg", "nylon", "oasis",
	"oatmeal", "obelisk", "ocean", "octopus", "odyssey", "ogre", "oilcan", "olive", "olympic",
	"omelet", "omit", "onion", "onyx", "opal", "opossum", "optic", "oracle", "orange",
	"orbit", "orchard", "oregano", "organ", "origin", "osprey", "ostrich", "otter", "ottoman",
	"outdoor", "oven", "oxygen", "oyster", "pacific", "package", "paddle", "padlock",
	"pagoda", "paint", "pajamas", "palace", "pancake", "panda", "panel", "pantry", "papaya",
	"paprika", "parade", "parcel", "parent", "parking", "parrot", "parsley", "partner",
	"passport", "patio", "patrol", "pattern", "pavement", "peach", "peanut", "pebble",
	"pelican", "penalty", "pencil", "penguin", "pension", "pepper", "person", "petunia",
	"pewter", "phantom", "pharmacy", "phone", "photo", "physics", "piano", "pickle", "picnic",
	"pigeon", "pigment", "pilgrim", "pillow", "pilot", "pimple", "pinball", "pioneer",
	"pipeline", "pitcher", "pixel", "pizza", "planet", "playful", "plywood", "poem", "poetry",
	"pogo", "polka", "pond", "popcorn", "porridge", "postcard", "potato", "poultry",
	"prairie", "prefix", "pretzel", "prism", "prune", "pudding", "pulley", "pulpit",
	"pumpkin", "pupil", "puppet", "purple", "pyramid", "python", "quarry", "quest", "quiver",
	"quiz", "rabbit", "raccoon", "racer", "radar", "radiator", "raft", "ragtime", "railway",
	"rainbow", "raisin", "rally", "ramp", "ranch", "ranger", "rattle", "ravine", "reactor",
	"receipt", "recipe", "record", "recycle", "redwood", "referee", "reflex", "refuge",
	"regatta", "region", "reindeer", "reptile", "rescue", "retina", "rhino", "rhubarb",
	"rhythm", "rinse", "roast", "robin", "rodeo", "romance", "rooster", "rotate", "rotunda",
	"rowboat", "royal", "rubber", "rubric", "ruby", "ruffle", "ruin", "ruler", "rumba",
	"runway", "safari", "saffron", "sailor", "salad", "salmon", "salute", "sandal", "sardine",
	"satchel", "satin", "sauce", "sausage", "savanna", "sawdust", "scallop", "scarf",
	"scenic", "school", "scissors", "scout", "scratch", "screen", "scrub", "sculptor",
	"seagull", "season", "section", "sedan", "segment", "seldom", "senator", "sesame",
	"seven", "shadow", "shampoo", "shark", "sheep", "shelf", "sheriff", "shield", "shine",
	"shiver", "shock", "shovel", "shrimp", "shuttle", "sibling", "sidewalk", "sierra",
	"signal", "silver", "siren", "sister", "skeleton", "sketch", "skill", "skipper", "skirt",
	"skunk", "skyline", "slalom", "sled", "sleeve", "slice", "slim", "slogan", "small",
	"smoke", "smooth", "smudge", "snack", "snail", "sneeze", "snorkel", "snowman", "snuggle",
	"soap", "soda", "soil", "soldier", "solemn", "sonata", "sonnet", "sorbet", "soybean",
	"space", "spatula", "sphere", "spider", "spinach", "spirit", "splash", "sponge", "spoon",
	"spread", "spring", "spruce", "squad", "stable", "stadium", "stamp", "station", "steam",
	"stencil", "stereo", "stew", "sticker", "sting", "stomach", "storm", "stove", "stucco",
	"student", "suburb", "subway", "suede", "sugar", "sultan", "summer", "sunset", "surfer",
	"surgeon", "sushi", "sweater", "switch", "synonym", "syringe", "syrup", "tablet", "taco",
	"tactic", "tadpole", "tandem", "target", "taxi", "teacher", "teapot", "teddy", "temple",
	"tenant", "tennis", "terrace", "theater", "thermal", "thicket", "thimble", "thistle",
	"thorn", "thread", "thumb", "thunder", "tiger", "timber", "tinsel", "tiny", "tissue",
	"toaster", "toilet", "token", "tomato", "tongue", "tonic", "toolbox", "topaz", "tornado",
	"torpedo", "tortoise", "tourist", "towel", "tractor", "traffic", "train", "trapeze",
	"travel", "tree", "trellis", "trench", "trilogy", "triumph", "trolley", "trophy",
	"trumpet", "trunk", "trust", "tuba", "tugboat", "tulip", "tundra", "tunnel", "turban",
	"turkey", "turnip", "turtle", "tutor", "tuxedo", "twelve", "twin", "twist", "typhoon",
	"ukulele", "ultra", "umpire", "uncover", "unfold", "unicorn", "urchin", "utopia",
	"vacuum", "valley", "vampire", "vanilla", "vapor", "vault", "vector", "vehicle", "velvet",
	"venture", "veranda", "verdict", "vermin", "veteran", "video", "vinegar", "vintage",
	"volcano", "voucher", "voyage", "waffle", "wagon", "walnut", "walrus", "waltz", "wander",
	"wardrobe", "warlock", "warrior", "wasabi", "washer", "wasp", "watch", "wedding",
	"welcome", "western", "wetland", "wheat", "wheel", "whimsy", "whisker", "widow", "width",
	"winter", "wisdom", "wolf", "wombat", "worship", "wreath", "wrestle", "wrinkle", "yacht",
	"yard", "yeast", "yeti", "yoga", "yogurt", "yucca", "zebra", "zenith", "zephyr", "zigzag",
	"zinc", "zipper", "zircon", "zodiac", "zombie", "zone", "zoology",
};

const char *sign_word(size_t i)
{
	return i < SIGN_WORD_LIST ? words[i] : NULL;
}

int sign_words(const char *digest, struct buf *ret, struct err *err)
{
	uint8_t hash[HASH_LEN];
	uint64_t bits = 0;

	if (!hash_unhex(digest, hash, HASH_LEN))
		return err_set(err, ERR_PARSE, "words are said of a SHA-256 digest");
	for (int i = 0; i < SIGN_WORDS * SIGN_WORD_BITS / 4; i++)
		bits = bits << 4 | (i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4);
	for (int i = SIGN_WORDS - 1; i >= 0; i--)
		buf_addf(ret, "%s%s", words[bits >> i * SIGN_WORD_BITS & (SIGN_WORD_LIST - 1)],
			 i ? " " : "");
	return 0;
}
