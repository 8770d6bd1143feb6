//! Small pieces of text that several formats need.

/// Returns the sentence with a period at its end, unless it ends one already.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Returns the text on one line: every run of white space becomes a space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the first sentence of a text, on one line.
pub(crate) fn first_sentence(text: &str) -> String {
    let text = one_line(text);
    match text.find(". ") {
        Some(end) => text.get(..=end).unwrap_or(&text).to_owned(),
        None => sentence(&text),
    }
}

/// Cuts a text to so many characters, with an ellipsis where something is missing.
pub(crate) fn shorten(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Returns a slug (`kms-key-rotation`) in Pascal case (`KmsKeyRotation`).
pub(crate) fn pascal_case(slug: &str) -> String {
    let mut name = String::with_capacity(slug.len());
    let mut upper = true;
    for character in slug.chars() {
        if !character.is_ascii_alphanumeric() {
            upper = true;
        } else if upper {
            name.push(character.to_ascii_uppercase());
            upper = false;
        } else {
            name.push(character);
        }
    }
    name
}

/// Returns `1 file`, `2 files`.
pub(crate) fn count(number: usize, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number == 1 { singular } else { plural })
}

/// Tells whether a character would move the cursor, hide text or turn its direction on a terminal.
pub(crate) fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        )
}

/// Makes text of others safe for a terminal, one character for one: control characters and invisible direction
/// marks become a visible replacement.
pub(crate) fn neutral(text: &str, unicode: bool) -> String {
    text.chars()
        .map(|character| match character {
            '\t' => ' ',
            _ if is_hostile(character) => replacement(character, unicode),
            _ => character,
        })
        .collect()
}

/// Returns the visible stand-in of a hostile character: a control picture, or a question mark.
pub(crate) fn replacement(character: char, unicode: bool) -> char {
    match u32::from(character) {
        _ if !unicode => '?',
        code @ 0..=0x1F => char::from_u32(0x2400 + code).unwrap_or('\u{FFFD}'),
        0x7F => '\u{2421}',
        _ => '\u{FFFD}',
    }
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, neutral, pascal_case, sentence, shorten};

    #[test]
    fn a_slug_becomes_pascal_case() {
        assert_eq!(pascal_case("s3-encrypted"), "S3Encrypted");
        assert_eq!(pascal_case("kms_key--rotation"), "KmsKeyRotation");
    }

    #[test]
    fn a_sentence_ends_with_one_period() {
        assert_eq!(sentence("Encrypt it"), "Encrypt it.");
        assert_eq!(sentence("Encrypt it.\n"), "Encrypt it.");
    }

    #[test]
    fn the_first_sentence_ends_at_its_period() {
        assert_eq!(
            first_sentence("Keys at v1.2 leak.\n  Rotate them."),
            "Keys at v1.2 leak."
        );
        assert_eq!(first_sentence("Keys leak"), "Keys leak.");
    }

    #[test]
    fn escape_sequences_and_direction_marks_become_visible() {
        assert_eq!(
            neutral("a\u{1b}[31mb\r\nc\u{202e}d\te\u{7f}", true),
            "a␛[31mb␍␊c\u{fffd}d e␡"
        );
        assert_eq!(neutral("a\u{1b}[31m", false), "a?[31m");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(shorten("größer", 4), "grö…");
        assert_eq!(shorten("gross", 5), "gross");
    }
}
