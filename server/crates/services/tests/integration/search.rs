//! The search over everything that somebody has.

use crate::support::{Installation, new_group, on_both_databases};
use domain::{Found, FoundKind, Region};

fn kinds(found: &[Found]) -> Vec<(FoundKind, &str)> {
    found.iter().map(|found| (found.kind, found.name.as_str())).collect()
}

on_both_databases! {
    async fn what_is_found_is_the_callers_own_of_every_kind_and_region(at: &Installation) {
        let (ada, eve) = (at.register("ada").await, at.register("eve").await);
        let group = at.group(&ada, "PetStore").await;
        at.api(&ada, &group, "getPet", "/animals/{petId}").await;
        let mut elsewhere = new_group("PetShop");
        elsewhere.region = Region::CnSouth1;
        at.services.api_groups().create(&ada, elsewhere).await.unwrap();
        let key = at.access_key(&ada, "petapp").await;
        at.access_auth(&ada, &key).await;
        at.group(&eve, "PetHotel").await;
        let search = at.services.search();

        let found = search.find(&ada, " PET ").await.unwrap();

        assert_eq!(
            kinds(&found),
            [
                (FoundKind::ApiGroup, "PetStore"),
                (FoundKind::ApiGroup, "PetShop"),
                (FoundKind::Api, "getPet"),
                (FoundKind::AccessKey, "petapp"),
            ]
        );
        assert_eq!(found[2].place.as_ref().map(|(group, _)| group), Some(&group.id));
        assert_eq!(found[2].detail, "GET /animals/{petId}");
        let authorized = search.find(&ada, key.id.as_str()).await.unwrap();
        assert!(kinds(&authorized).contains(&(FoundKind::AccessAuth, key.id.as_str())), "{authorized:?}");
        assert_eq!(search.find(&ada, "   ").await.unwrap(), []);
        assert_eq!(search.find(&ada, "PetHotel").await.unwrap(), []);
        // What stands for anything in a pattern stands for itself here.
        assert_eq!(search.find(&ada, "%").await.unwrap(), []);
    }
}
