//! File names as URIs (RFC 3986).

use crate::Text;

/// Returns the URI reference of a `/`-separated file name.
///
/// A relative name becomes a relative reference (RFC 3986 §4.2), whose first segment must not hold a colon, so the
/// colon is encoded there; an absolute one becomes a `file` URI (RFC 8089). Every byte that a path segment may not
/// hold is percent-encoded as UTF-8.
pub fn uri_of_path(path: &str) -> Text<'_> {
    if let Some(absolute) = path.strip_prefix('/') {
        return Text::Owned(format!("file:///{}", encode(absolute, false)));
    }
    encode(path, true)
}

/// Tells whether [`uri_of_path`] gives a relative reference for `path`.
pub fn is_relative(path: &str) -> bool {
    !path.starts_with('/')
}

fn encode(path: &str, colon_in_first_segment: bool) -> Text<'_> {
    let first_end = if colon_in_first_segment {
        path.find('/').unwrap_or(path.len())
    } else {
        0
    };
    let literal =
        |position: usize, byte: u8| is_literal(byte) && !(byte == b':' && position < first_end);
    if path
        .bytes()
        .enumerate()
        .all(|(position, byte)| literal(position, byte))
    {
        return Text::Borrowed(path);
    }
    let mut encoded = String::with_capacity(path.len() + 16);
    for (position, byte) in path.bytes().enumerate() {
        if literal(position, byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(hex_digit(byte >> 4));
            encoded.push(hex_digit(byte & 0x0F));
        }
    }
    Text::Owned(encoded)
}

/// Tells whether a byte stands for itself: `pchar` of RFC 3986 §3.3, and the slash.
const fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' // unreserved
            | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' // sub-delims
            | b':' | b'@' | b'/'
        )
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::uri_of_path;

    #[test]
    fn a_plain_name_is_borrowed_as_it_is() {
        assert!(matches!(
            uri_of_path("infra/main.tf"),
            std::borrow::Cow::Borrowed("infra/main.tf")
        ));
    }

    #[test]
    fn what_a_path_may_not_hold_is_encoded_as_utf8() {
        assert_eq!(uri_of_path("my files/a#1.yaml"), "my%20files/a%231.yaml");
        assert_eq!(uri_of_path("100%/[x]?.yml"), "100%25/%5Bx%5D%3F.yml");
        assert_eq!(uri_of_path("naïve/🚀.json"), "na%C3%AFve/%F0%9F%9A%80.json");
        assert_eq!(
            uri_of_path("a\\b\"<>^`{|}\n"),
            "a%5Cb%22%3C%3E%5E%60%7B%7C%7D%0A"
        );
    }

    #[test]
    fn a_colon_in_the_first_segment_is_no_scheme() {
        assert_eq!(uri_of_path("c:x/d:y"), "c%3Ax/d:y");
        assert_eq!(uri_of_path("http:"), "http%3A");
    }

    #[test]
    fn an_absolute_name_is_a_file_uri() {
        assert_eq!(uri_of_path("/srv/a b:c.yaml"), "file:///srv/a%20b:c.yaml");
        assert_eq!(uri_of_path("//host/x"), "file:////host/x");
    }
}
